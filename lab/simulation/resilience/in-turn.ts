/**
 * Does the work on each item, on as many at once as there are threads, and gives the answers in
 * the order of the items. An aborted signal leaves out those that were not begun.
 */
export async function inTurn<T, R>(
  items: readonly T[],
  threads: number,
  signal: AbortSignal,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const waiting = [...items.entries()];
  const answers = new Map<number, R>();
  const one = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      if (signal.aborted) return;
      const [index, item] = next;
      answers.set(index, await work(item));
    }
  };
  await Promise.all(Array.from({ length: threads }, one));
  return [...items.keys()].flatMap((index) => {
    const answer = answers.get(index);
    return answer === undefined ? [] : [answer];
  });
}
