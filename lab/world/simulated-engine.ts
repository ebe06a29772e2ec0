import type { Engine } from '../../aws/reconcile/engine.ts';
import { endSessions, watchStillness } from '../../aws/postgres/stillness.ts';
import { planUnits } from '../../aws/reconcile/plan-units.ts';
import type { RowReport } from '../../core/reconcile/comparison.ts';
import { noCounts } from '../../core/reconcile/comparison.ts';
import { simulatedBehind } from './sessions.ts';

/** As the lab's plans name it. */
const DATABASE = 'postgres';

/**
 * Compares databases of the lab that are no PostgreSQL: each write of an old primary is a transaction
 * of its own, and a row that the writer has or lacks.
 */
export const simulatedEngine: Engine = {
  async compare({ old, writer }) {
    await endSessions(old);
    const whyRestless = await watchStillness(old);
    const present = new Set(simulatedBehind(writer).writes());
    const lost = simulatedBehind(old)
      .writes()
      .filter((write) => !present.has(write));
    const counts = { ...noCounts, lostInsert: lost.length };
    const comparison = {
      origin: { systemId: '1', writerTimeline: 2, database: DATABASE },
      source: { kind: 'comparison' as const, why: 'The lab compares what both sides hold.' },
      tables: [{ table: 'orders', counts }],
      rows: lost.map(rowOf),
      ...{ leftOut: await whyRestless(), sequences: [], blindSpots: [] },
    };
    return { comparison, strangers: [], sql: '' };
  },

  async *apply(writer, report, approval, { queue, mayGoOn }) {
    const database = simulatedBehind(writer);
    queue.fill(planUnits(report, approval));
    while (!queue.isEmpty && (await mayGoOn())) {
      const next = queue.take();
      if (next === undefined) return;
      const { unit, outcome, why } = next;
      if (outcome !== 'apply') {
        yield { unit, outcome, why };
        continue;
      }
      const isThere = database.writes().includes(writeOf(unit.rows));
      if (!isThere) await database.give(writeOf(unit.rows));
      yield { unit, outcome: isThere ? 'already' : 'applied', why };
    }
  },
};

function rowOf(write: number): RowReport {
  const id = String(write);
  return {
    ...{ schema: 'public', name: 'orders', key: { id }, class: 'lostInsert' },
    why: 'It never crossed.',
    transaction: null,
    ...{ old: { id }, writer: null, base: null, oldPrint: id, writerPrint: null },
    ...{ unit: `write ${id}`, obstacles: [] },
  };
}

const writeOf = (rows: readonly RowReport[]): number => Number(rows[0]?.key['id']);
