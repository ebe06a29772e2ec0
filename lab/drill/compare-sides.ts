import { compareDatabases } from '../../aws/postgres/compare.ts';
import { withSides } from '../../aws/postgres/side.ts';
import type { Comparison } from '../../core/reconcile/comparison.ts';
import type { Parts } from '../parts/world-parts.ts';

/**
 * What the old primary holds and the writer does not. Its database is started alone if it is down,
 * without applications: nothing writes to it any more.
 */
export async function compareSides({ primary, standby }: Parts): Promise<Comparison> {
  await primary.scaleTo(0);
  if (!primary.database.isRunning()) await primary.database.restart();
  const urls = { old: primary.database.url(), writer: standby.database.url() };
  const alone = { parallel: 1, tell: () => undefined };
  return await withSides(urls, async (sides) => await compareDatabases(sides, alone));
}

/** What the comparison and the memory of the clients do not agree on, in sentences. */
export function whyNotTheSame(
  { rows }: Comparison,
  writes: { readonly lost: readonly string[]; readonly attempted: ReadonlySet<string> },
): string[] {
  const found = new Set(
    rows.flatMap(({ name, class: kind, key }) =>
      name === 'orders' && kind === 'lostInsert' ? (key['id'] ?? []) : [],
    ),
  );
  return [
    ...writes.lost
      .filter((id) => !found.has(id))
      .map((id) => `The comparison did not find the lost order ${id}.`),
    ...[...found]
      .filter((id) => !writes.attempted.has(id))
      .map((id) => `The comparison found the order ${id}, which nobody ever wrote.`),
  ];
}
