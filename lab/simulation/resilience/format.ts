import type { Broken } from './broken.ts';
import type { Percentiles } from './percentiles.ts';
import type { ResilienceReport, ScenarioRow } from './resilience.ts';
import type { Sweep } from './sweep.ts';
import { sweepable } from './sweep.ts';

/** The report as Markdown; `replays` are the files of what `allBroken` lists, in its order. */
export function formatResilience(report: ResilienceReport, replays: readonly string[]): string {
  const { plan, objectives, seeds } = report;
  return [
    `# Resilience of ${plan}`,
    '',
    `The plan as it is, in simulated Regions: ${report.scenarios.length} scenarios, ${seeds} runs each, with durations from the table at the end. ` +
      `Objectives: RTO ${objectives.rtoSeconds} s, RPO ${objectives.rpoSeconds} s. Nothing here was measured in AWS.`,
    '',
    ...interruptedLines(report),
    ...scenarioTable(report),
    ...brokenLines(report, replays),
    ...pathLines(report.scenarios),
    ...weaknessLines(report),
    ...faultLines(report.faults),
    ...durationLines(report),
    '## What this does not know',
    '',
    ...report.notes.map((note) => `- ${note}`),
  ].join('\n');
}

function interruptedLines({ interrupted, seeds, seedsDone, faults }: ResilienceReport): string[] {
  if (!interrupted) return [];
  const swept = faults === null ? '' : `, and ${faults.runs} of ${faults.planned} single faults`;
  return [
    `**Interrupted.** This is what was covered: ${seedsDone} of ${seeds} runs of each scenario${swept}.`,
    '',
  ];
}

function scenarioTable({ scenarios, objectives }: ResilienceReport): string[] {
  const { rtoSeconds, rpoSeconds } = objectives;
  const rows = scenarios.map((row) => [
    row.name,
    row.ends.map(({ end, runs }) => (row.ends.length > 1 ? `${end} (${runs})` : end)).join(', '),
    figures(row.rtoSeconds, row, rtoSeconds),
    figures(row.lossSeconds, row, rpoSeconds),
    row.human.join('; ') || 'nobody',
  ]);
  return [
    '## Scenarios',
    '',
    'Seconds at p50 / p90 / p99, by nearest rank; bold is above the objective.',
    '',
    ...table(['Scenario', 'Outcome', 'RTO', 'Loss at most', 'Who is needed'], rows),
    '',
  ];
}

function figures(found: Percentiles | null, { ends }: ScenarioRow, target: number): string {
  if (found === null) return '-';
  const total = ends.reduce((sum, { runs }) => sum + runs, 0);
  const words = [found.p50, found.p90, found.p99].map((value) => {
    const text = value.toFixed(0);
    return value > target ? `**${text}**` : text;
  });
  return words.join(' / ') + (found.of < total ? ` (${found.of} of ${total} runs)` : '');
}

/** Every broken promise of a report. */
export function allBroken({ scenarios, faults }: ResilienceReport): Broken[] {
  return [...scenarios.flatMap(({ broken }) => broken), ...(faults?.broken ?? [])];
}

function brokenLines(report: ResilienceReport, replays: readonly string[]): string[] {
  const lines = allBroken(report).map(
    ({ schedule: { scenario, faults }, invariant, promise, title, why }, index) =>
      [
        `- ${scenario}${faults.length > 0 ? ' with a fault' : ''}:`,
        `${invariant} (promise ${promise}), ${title}. ${why}`,
        `Again: \`failover simulate --replay ${replays[index] ?? ''}\``,
      ].join(' '),
  );
  if (lines.length > 0) return ['## Broken promises', '', ...lines, ''];
  const where = report.interrupted ? ' in what was covered' : '';
  return [`No promise of the workflow was broken${where}.`, ''];
}

function pathLines(scenarios: readonly ScenarioRow[]): string[] {
  return [
    '## Paths',
    '',
    'With typical durations; without polls and choices.',
    '',
    ...scenarios.map(
      ({ name, summary, path }) => `- **${name}** (${summary}): ${path.join(' → ')}`,
    ),
    '',
  ];
}

function weaknessLines({ weaknesses, interrupted }: ResilienceReport): string[] {
  if (weaknesses.length === 0) {
    const none = interrupted ? 'None was played so far.' : 'None of those that are known.';
    return ['## Weaknesses', '', none, ''];
  }
  return [
    '## Weaknesses',
    '',
    'Each with a run under this plan, in a world that is brisk but for what the story slows down.',
    '',
    ...weaknesses.flatMap(({ id, what, shown, timeline }) => [
      `### ${id}`,
      '',
      what,
      '',
      ...(shown === null
        ? ['Its story was played, and nothing bad happened: it could not be shown.']
        : [shown, '', '```text', ...timeline, '```']),
      '',
    ]),
  ];
}

function faultLines(sweep: Sweep | null): string[] {
  const title = '## Single faults that stop it';
  if (sweep === null)
    return [title, '', `Not tried: none of ${sweepable.join(', ')} was chosen.`, ''];
  const { scenario, cleanEnd, runs, planned, stopping } = sweep;
  if (planned === 0) {
    const why = `Not tried: \`${scenario}\` ends in ${cleanEnd} without any fault.`;
    return [title, '', why, ''];
  }
  const part = (stays: boolean): string[] => {
    const rows = stopping
      .filter((each) => each.stays === stays)
      .map((each) => [each.call, each.kind, each.end]);
    return [
      stays ? '### For good: the call fails from some point on' : '### Once: one call fails',
      '',
      ...(rows.length === 0 ? ['None.'] : table(['Call', 'Fault', 'It ends in'], rows)),
      '',
    ];
  };
  const intro = `${runs} runs of \`${scenario}\`, each with one fault at the first call of its kind; without a fault it ends in ${cleanEnd}.`;
  return [title, '', intro, '', ...part(false), ...part(true)];
}

function durationLines({ durations }: ResilienceReport): string[] {
  const rows = durations.map(({ what, p50, p90, p99, source }) => [
    what,
    [p50, p90, p99].map((value) => value.toFixed(value < 10 ? 1 : 0)).join(' / '),
    source,
  ]);
  return ['## Durations', '', ...table(['What', 'p50 / p90 / p99 (s)', 'Source'], rows), ''];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}
