import { join } from 'node:path';
import { writeReport } from '../../cli/report-folder.ts';
import type { LeftOut, RowReport } from '../../core/reconcile/comparison.ts';

/** After everything that the tests are set in. */
export const LATER = '2026-10-02T18:00:00.000Z';

export interface Found {
  readonly rows?: readonly RowReport[];
  readonly leftOut?: readonly LeftOut[];
  readonly comparedAt?: string;
  readonly database?: string;
  /** Of the new folder. */
  readonly name?: string;
}

/** Writes a report of what compare found into a new folder of this one, as compare does. */
export async function reportOf(
  folder: string,
  {
    rows = [],
    leftOut = [],
    comparedAt = LATER,
    database = 'postgres',
    name = 'report',
  }: Found = {},
): Promise<string> {
  const report = join(folder, name);
  const origin = { systemId: '7', writerTimeline: 2, database };
  const source = { kind: 'comparison' as const, why: 'No slot.' };
  const comparison = {
    ...{ origin, source, rows, leftOut, tables: [], sequences: [], blindSpots: [] },
  };
  await writeReport(report, {
    ...{ comparison, sql: '', comparedAt: new Date(comparedAt), mask: [] },
  });
  return report;
}
