import { IncidentReportShape } from '../core/report.ts';
import type { LabRecord } from '../lab/record.ts';

const orUnknown = (value: number | null): string =>
  value === null ? 'not measured' : `${value.toFixed(1)} s`;

/** The record of a drill as a person reads it. */
export function formatRecord(record: LabRecord): string {
  const { rto, rpo, writes } = record;
  const phases = Object.entries(rto.phases).map(
    ([name, seconds]) => `${name} ${seconds.toFixed(1)}`,
  );
  const incident = IncidentReportShape.safeParse(record.incident);
  const leftovers = incident.success ? incident.data.leftovers : [];
  return [
    '',
    `${record.outcome.toUpperCase()}   scenario ${record.scenario}` +
      (incident.success ? `, incident ${incident.data.incident}` : ''),
    ...(incident.success ? [`  ${incident.data.why}`] : []),
    '',
    `RTO    ${orUnknown(rto.measuredSeconds)} as the clients saw it; target ${rto.targetSeconds} s`,
    ...(phases.length === 0 ? [] : [`       ${phases.join(' · ')}   (seconds by phase)`]),
    ...(rto.overheadSeconds === null
      ? []
      : [
          `       ${rto.overheadSeconds.toFixed(1)} s of it is our own overhead, the rest is the world's`,
        ]),
    `RPO    ${orUnknown(rpo.measuredSeconds)} lost; predicted at most ${orUnknown(rpo.predictedBoundSeconds)}; target ${rpo.targetSeconds} s`,
    `Writes ${writes.acknowledged} acknowledged = ${writes.onNewPrimary} on the writer + ${writes.lost} lost` +
      `; unexplained ${writes.unexplained}`,
    `Path   ${record.path.length} states, ${record.transitions} transitions, ${record.promotions} promotion(s)`,
    `       ${wrap(record.path)}`,
    'Told',
    ...record.notifications.map(({ channel, subject }) => `       ${channel}: ${subject}`),
    ...(leftovers.length === 0 ? [] : ['Left to do', ...leftovers.map((each) => `       ${each}`)]),
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
