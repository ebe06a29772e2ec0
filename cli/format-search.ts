import type { Finding, SearchReport } from '../lab/simulation/search/report.ts';
import { countOf } from '../core/text.ts';

/** What the report does not know itself. */
interface About {
  readonly seconds: number;
  readonly cores: number;
  readonly isWhole: boolean;
  readonly files: readonly string[];
}

/** The report of a search as a person reads it. */
export function formatSearch(report: SearchReport, about: About): string {
  const total = Object.values(report.runs).reduce((sum, runs) => sum + runs, 0);
  const rate = total / about.seconds / about.cores;
  const runs = Object.entries(report.runs)
    .filter(([, count]) => count > 0)
    .map(([layer, count]) => `${count} ${layer}`)
    .join(' · ');
  return [
    ...report.findings.flatMap((finding, index) => findingLines(finding, about.files[index] ?? '')),
    `${countOf(total, 'failover')} in ${about.seconds.toFixed(0)} s (${rate.toFixed(0)} a second and core): ${runs}`,
    ...(report.interrupted ? ['Interrupted: this is what was covered so far.'] : []),
    ...missingLines(report, about.isWhole),
    verdict(report),
  ].join('\n');
}

function verdict({ findings, interrupted }: SearchReport): string {
  if (findings.length === 0)
    return `No promise was broken${interrupted ? ' in what was covered' : ''}.`;
  return `${countOf(findings.length, 'promise')} ${findings.length === 1 ? 'was' : 'were'} broken.`;
}

function findingLines({ violation, schedule, timeline, times }: Finding, file: string): string[] {
  const { invariant, promise, title, why, atSeconds } = violation;
  return [
    `BROKEN ${invariant} (promise ${promise}): ${title}`,
    `  In ${schedule.scenario}, seed ${schedule.seed}, at ${atSeconds.toFixed(3)} s; ${countOf(times, 'run')} showed it.`,
    `  ${why}`,
    ...timeline.map((line) => `  ${line}`),
    `  Again: failover simulate --replay ${file}`,
    '',
  ];
}

/** A part of a search reaches part of it; the whole one must reach everything. */
function missingLines({ missing, wanted }: SearchReport, isWhole: boolean): string[] {
  if (missing.length === 0) return ['Everything that must be reached was reached.'];
  if (!isWhole)
    return [
      [
        `Not reached by this part of the search: ${missing.length} of ${wanted} states,`,
        'Retry and Catch entries, premises and kinds of faults',
        '(a whole search must reach all of them).',
      ].join(' '),
    ];
  return [
    'Never reached, so that nothing is proved about it:',
    ...missing.map((each) => `  ${each}`),
  ];
}
