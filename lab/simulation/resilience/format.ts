import type { Percentiles } from './percentiles.ts';
import type { FoundWeakness } from './prove.ts';
import type { ResilienceReport, ScenarioRow } from './resilience.ts';
import type { Sweep } from './sweep.ts';

/** The report as Markdown. */
export function formatResilience(report: ResilienceReport): string {
  const { plan, objectives, seeds } = report;
  return [
    `# Resilience of ${plan}`,
    '',
    `The plan as it is, in simulated Regions: ${report.scenarios.length} scenarios, ${seeds} runs each, with durations from the table at the end. ` +
      `Objectives: RTO ${objectives.rtoSeconds} s, RPO ${objectives.rpoSeconds} s. Nothing here was measured in AWS.`,
    '',
    ...scenarioTable(report),
    ...brokenLines(report),
    ...pathLines(report.scenarios),
    ...weaknessLines(report.weaknesses),
    ...faultLines(report.faults),
    ...durationLines(report),
    '## What this does not know',
    '',
    ...report.notes.map((note) => `- ${note}`),
  ].join('\n');
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

function brokenLines({ scenarios, faults }: ResilienceReport): string[] {
  const lines = [
    ...scenarios.flatMap(({ name, broken }) => broken.map((each) => ({ name, ...each }))),
    ...faults.broken.map((each) => ({ name: `${faults.scenario} with a fault`, ...each })),
  ].map(
    ({ name, invariant, promise, title, why }) =>
      `- ${name}: ${invariant} (promise ${promise}), ${title}. ${why}`,
  );
  if (lines.length === 0) return ['No promise of the workflow was broken.', ''];
  return ['## Broken promises', '', ...new Set(lines), ''];
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

function weaknessLines(weaknesses: readonly FoundWeakness[]): string[] {
  if (weaknesses.length === 0) return ['## Weaknesses', '', 'None of those that are known.', ''];
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

function faultLines({ scenario, cleanEnd, runs, stopping }: Sweep): string[] {
  const title = '## Single faults that stop it';
  if (runs === 0) {
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
