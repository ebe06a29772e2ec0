/**
 * Does something with each item, in every lane one at a time, and gives the results in the order of
 * the items. No lane runs further ahead of whoever reads than one item.
 */
export async function* inLanes<Item, Lane, Result>(
  items: readonly Item[],
  lanes: readonly Lane[],
  work: (item: Item, lane: Lane) => Promise<Result>,
): AsyncGenerator<Result> {
  const running: Promise<Result>[] = [];
  const start = (at: number): void => {
    const [item, lane] = [items[at], lanes[at % lanes.length]];
    if (item === undefined || lane === undefined) return;
    const result = work(item, lane);
    // Whoever reads hears of it, in its turn.
    void result.catch(() => undefined);
    running.push(result);
  };
  for (let at = 0; at < lanes.length; at += 1) start(at);
  try {
    for (let at = 0; at < items.length; at += 1) {
      const [next] = running;
      if (next === undefined) return;
      const result = await next;
      void running.shift();
      // The lane of this item is free now.
      start(at + lanes.length);
      yield result;
    }
  } finally {
    await Promise.allSettled(running);
  }
}
