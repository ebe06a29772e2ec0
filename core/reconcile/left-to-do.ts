import type { ReconcileEnd, ReconcileParts } from './closing.ts';
import { failureOf, lastCompared } from './closing.ts';
import type { Compared } from './compared.ts';
import { strangersToAll } from './compared.ts';
import { lostClasses } from './comparison.ts';

/** What people do with what is left: commands that are complete, but for words in capitals. */
export function whatIsLeft(
  end: ReconcileEnd,
  parts: ReconcileParts,
  { plan, stackOptions }: { readonly plan: string; readonly stackOptions: string },
): string[] {
  if (end === 'reconciled') return [];
  const again = `npx failover reconcile ${plan} --reason "..." ${stackOptions}`;
  const all = lastCompared(parts);
  if (end === 'failed')
    return [
      `Mend what is named here, and start it again: ${again}`,
      ...deleteWords(all),
      ...(isTooMuch(parts)
        ? [
            'Or, if a function has neither time nor memory enough to compare a database, for each: ' +
              'npx failover compare --old URL --writer URL --report report-DATABASE',
          ]
        : []),
    ];
  const reports = all.map((each) => `--report ${folderOf(each)}`).join(' ');
  const isUnclear = all.some(({ counts }) => counts.unclear > 0);
  const isCounted = !isUnclear && all.every(({ leftOut }) => leftOut.length === 0);
  const left = isCounted ? `${all.reduce((sum, { rows }) => sum + rows, 0)}` : 'N';
  const decided = all.flatMap(decideWords);
  // Nobody can say of what is written yet that it stays behind.
  if (!all.every(({ isStill }) => isStill))
    return [...decided, `Bring the old primary to rest, and have it compared again: ${again}`];
  return [
    ...decided,
    `Then have it compared again: ${again}`,
    'Or, if nothing more is to be applied, say that what is left stays behind: ' +
      `npx failover reconciled ${plan} ${reports} --left ${left} ` +
      `${isUnclear ? '--unclear N ' : ''}--reason "..." ${stackOptions}`,
  ];
}

/** Words of Step Functions and Lambda for a function that was given too much. */
const tooMuch = /States\.Timeout|Sandbox\.Timedout|Task timed out|OutOfMemory|Runtime\.ExitError/;

/** Whether a comparison may have been too much for a function: all before it went well. */
function isTooMuch(parts: ReconcileParts): boolean {
  const { preserved, judged, applied, after, problems } = parts;
  const isApplied = applied.length > 0 && applied.every(({ isComplete }) => isComplete);
  const ofApplying = problems.some(({ id }) => !applied.some((each) => each.id === id));
  const isComparing =
    judged === null || (isApplied && !ofApplying && after.length < applied.length);
  const { error = '', why = '' } = failureOf(parts) ?? {};
  return preserved !== null && isComparing && tooMuch.test(`${error}: ${why}`);
}

/** Pages on which a mask hid nothing. */
function deleteWords(all: readonly Compared[]): string[] {
  const strangers = strangersToAll(all);
  if (strangers.length === 0) return [];
  const pages = all.map(({ report }) => `${report}report.html`).join(' ');
  return [
    `Delete these pages, which may show what should be hidden, since ${strangers.join(', ')} is no ` +
      `column of what was compared: ${pages}`,
  ];
}

/** Where people put the report of a database: one folder each. */
const folderOf = ({ id }: Pick<Compared, 'id'>): string => `report-${id}`;

/** How a person looks at one database, and decides. */
function decideWords(compared: Compared): string[] {
  const { id, report, rows, counts, leftOut } = compared;
  const folder = folderOf(compared);
  // The writer's version is given up only where somebody names the table.
  const approved = lostClasses
    .filter((each) => counts[each] > 0)
    .map((each) => (each === 'conflict' || each === 'unclear' ? `TABLE:${each}` : each));
  return [
    `Fetch the report of ${id}: aws s3 cp --recursive ${report} ${folder}`,
    ...(rows === 0
      ? []
      : [
          `Apply what you decide of it: npx failover apply ${folder} --writer URL ` +
            `--approve ${approved.join(',')} --by NAME`,
        ]),
    ...(leftOut.length === 0
      ? []
      : [`Look by hand at what could not be compared of ${id}: its report names it.`]),
  ];
}
