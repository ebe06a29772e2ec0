/** The items of the tables, by table and key. Whoever polls can tell that none has changed. */
export class Items extends Map<string, Record<string, unknown>> {
  /** How often an item was written or taken away. */
  changes = 0;

  override set(key: string, item: Record<string, unknown>): this {
    this.changes += 1;
    return super.set(key, item);
  }

  override delete(key: string): boolean {
    this.changes += 1;
    return super.delete(key);
  }

  override clear(): void {
    this.changes += 1;
    super.clear();
  }
}
