type Item = Record<string, unknown>;
type Found = readonly (readonly [key: string, item: Item])[];

/** The items of the tables, by table and key. Whoever polls can tell that none has changed. */
export class Items extends Map<string, Item> {
  /** How often an item was written or taken away. */
  changes = 0;
  /** What was looked for since the last change: many look for the same again and again. */
  readonly #found = new Map<string, Found>();

  override set(key: string, item: Item): this {
    this.#change();
    return super.set(key, item);
  }

  override delete(key: string): boolean {
    this.#change();
    return super.delete(key);
  }

  override clear(): void {
    this.#change();
    super.clear();
  }

  /** Items whose key begins with these words, by key. */
  under(prefix: string): Found {
    return this.#find(`begins ${prefix}`, (key) => key.startsWith(prefix)).toSorted(([a], [b]) =>
      a < b ? -1 : 1,
    );
  }

  /** Items whose key holds these words, in the order in which they were first written. */
  with(words: string): Found {
    return this.#find(`holds ${words}`, (key) => key.includes(words));
  }

  #find(what: string, isMeant: (key: string) => boolean): Found {
    const known = this.#found.get(what);
    if (known !== undefined) return known;
    const found = [...this].filter(([key]) => isMeant(key));
    this.#found.set(what, found);
    return found;
  }

  #change(): void {
    this.changes += 1;
    this.#found.clear();
  }
}
