import { IncidentReportShape } from '../core/report.ts';
import type { LabRecord } from '../lab/record.ts';
import { sourceWords } from '../core/reconcile/source.ts';
import { tableLines } from './format-comparison.ts';

const seconds = (value: number): string => `${value.toFixed(1)} s`;

/** The record of a drill as a person reads it. */
export function formatRecord(record: LabRecord): string {
  const { writes } = record;
  const incident = IncidentReportShape.safeParse(record.incident);
  const leftovers = incident.success ? incident.data.leftovers : [];
  return [
    '',
    `${record.outcome.toUpperCase()}   scenario ${record.scenario}` +
      (incident.success ? `, incident ${incident.data.incident}` : ''),
    ...(incident.success ? [`  ${incident.data.why}`] : []),
    '',
    ...rtoLines(record),
    rpoLine(record),
    `Writes ${writes.acknowledged} acknowledged = ${writes.onNewPrimary} on the writer + ${writes.lost} lost` +
      `; unexplained ${writes.unexplained}`,
    ...lostLines(record),
    ...comparisonLines(record),
    ...reconciliationLines(record),
    ...failbackLines(record),
    `Path   ${record.path.length} states, ${record.transitions} transitions, ${record.promotions} promotion(s)`,
    `       ${wrap(record.path)}`,
    'Told',
    ...record.notifications.map(({ channel, subject }) => `       ${channel}: ${subject}`),
    ...(leftovers.length === 0
      ? []
      : ['Left to do when the failover had ended', ...leftovers.map((each) => `       ${each}`)]),
    '',
    record.asExpected
      ? 'The scenario ended as it should.'
      : [
          'The scenario did not end as it should:',
          ...record.faults.map((fault) => `  ${fault}`),
        ].join('\n'),
  ].join('\n');
}

const COLUMNS = 90;

function wrap(path: readonly string[]): string {
  const lines: string[] = [''];
  for (const state of path) {
    const last = lines.at(-1) ?? '';
    if (last.length + state.length > COLUMNS) lines.push(state);
    else lines[lines.length - 1] = last === '' ? state : `${last} > ${state}`;
  }
  return lines.join('\n       ');
}

function rtoLines({ rto }: LabRecord): string[] {
  const { measuredSeconds, overheadSeconds, targetSeconds } = rto;
  const phases = Object.entries(rto.phases).map(([name, value]) => `${name} ${value.toFixed(1)}`);
  return [
    measuredSeconds === null
      ? `RTO    no recovery was completed, so that none was measured; target ${targetSeconds} s`
      : `RTO    ${seconds(measuredSeconds)} as the clients saw it; target ${targetSeconds} s`,
    ...(phases.length === 0 ? [] : [`       seconds by phase: ${phases.join(' · ')}`]),
    ...(overheadSeconds === null
      ? []
      : [`       ${seconds(overheadSeconds)} of it is our own overhead, the rest is the world's`]),
  ];
}

function rpoLine({ rpo }: LabRecord): string {
  const { measuredSeconds, predictedBoundSeconds, targetSeconds } = rpo;
  const lost = measuredSeconds === null ? 'none was measured' : `${seconds(measuredSeconds)} lost`;
  const bound =
    predictedBoundSeconds === null ? 'not predicted' : `at most ${seconds(predictedBoundSeconds)}`;
  return `RPO    ${lost}; predicted: ${bound}; target ${targetSeconds} s`;
}

/** What reading both databases found, without asking the clients. */
function comparisonLines({ comparison }: LabRecord): string[] {
  if (comparison === null) return [];
  return [
    `Found  ${comparison.rows.length} rows on the old primary that the writer lacks or has otherwise:`,
    `       ${sourceWords(comparison.source)}`,
    ...comparison.tables.flatMap(tableLines).map((line) => `     ${line}`),
  ];
}

/** What became of what was found. */
function reconciliationLines({ reconciliation }: LabRecord): string[] {
  if (reconciliation === null) return [];
  const { end, rows, applied, undecided, refused, left, missing, path } = reconciliation;
  return [
    rows === 0
      ? 'Apply  There is nothing to apply.'
      : `Apply  ${rows} rows = ${applied} applied + ${undecided} left as they are + ${refused} refused`,
    ...left.map((each) => `       still not the same: ${each}`),
    missing.length === 0
      ? '       Every acknowledged order is on the writer now.'
      : `       ${missing.length} acknowledged orders are still missing.`,
    `       ${end}: ${wrap(path)}`,
  ];
}

/** How the service went home. */
function failbackLines({ failback }: LabRecord): string[] {
  if (failback === null) return [];
  const { end, heldSeconds, acknowledged, missing, protection, path } = failback;
  return [
    `Home   ${end}: writes were held for ${seconds(heldSeconds)} as the clients saw it; ` +
      `${acknowledged} orders were acknowledged on the way`,
    missing.length === 0
      ? '       Every order that was ever acknowledged came home.'
      : `       ${missing.length} acknowledged orders did not come home.`,
    `       The standby's replica: ${protection}`,
    `       ${wrap(path)}`,
  ];
}

const SHOWN_LOST = 10;

/** The lost writes by name; a long list goes on in the JSON document. */
function lostLines({ lostWrites }: LabRecord): string[] {
  if (lostWrites.length === 0) return [];
  const after = lostWrites.filter(({ promotion }) => promotion === 'after').length;
  const shown = lostWrites.slice(0, SHOWN_LOST).map(({ id }) => id);
  const rest = lostWrites.length - shown.length;
  return [
    `       lost: ${shown.join(', ')}${rest > 0 ? ` and ${rest} more (--json lists all)` : ''}`,
    ...(after > 0
      ? [`       ${after} of them were taken by the old primary after the promotion began`]
      : []),
  ];
}
