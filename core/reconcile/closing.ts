import * as z from 'zod';
import { digestOf } from '../digest.ts';
import type { Rule } from '../rules.ts';
import { Compared, comparedWords, divergenceOf } from './compared.ts';
import { decideWords, folderOf } from './deciding.ts';

/** Why something ended before it was done. */
export const Problem = z.object({ error: z.string(), why: z.string() });
export type Problem = z.infer<typeof Problem>;

/** What became of the rows of one database. */
export const Applied = z.object({
  id: z.string(),
  isComplete: z.boolean(),
  /** Rows by what became of them. */
  applied: z.int(),
  already: z.int(),
  undecided: z.int(),
  refused: z.int(),
  /** Why rows were refused, the first few. */
  reasons: z.array(z.string()),
});
export type Applied = z.infer<typeof Applied>;

/** What the states before handed over, as far as the run came. */
export const ReconcileParts = z.object({
  fenced: z.object({ why: z.string() }).nullable(),
  preserved: z.object({ why: z.string() }).nullable(),
  before: z.array(Compared),
  divergence: z.object({ outcome: z.string(), why: z.string() }).nullable(),
  judged: z
    .object({
      outcome: z.string(),
      why: z.string(),
      approval: z.object({ by: z.string() }).nullish(),
    })
    .nullable(),
  applied: z.array(Applied),
  after: z.array(Compared),
  /** What one of several databases met; the others went on. */
  problems: z.array(z.object({ id: z.string(), problem: Problem })),
  failure: z.object({ error: z.string(), why: z.string().optional() }).nullable(),
});
export type ReconcileParts = z.infer<typeof ReconcileParts>;

export type ReconcileEnd = 'reconciled' | 'unreconciled' | 'rejected' | 'expired' | 'failed';

/** The end in the subject of a message; undefined where it is what every run says. */
export const endWords: Readonly<Record<ReconcileEnd, string | undefined>> = {
  reconciled: undefined,
  unreconciled: undefined,
  rejected: 'Rejected: nothing was applied',
  expired: 'EXPIRED: nobody decided, nothing was applied',
  failed: 'FAILED: what never crossed is not accounted for',
};

/** The newest comparison of each database: that after applying, if it came so far. */
export const lastCompared = ({ before, after }: ReconcileParts): readonly Compared[] => [
  ...after,
  ...before.filter(({ id }) => !after.some((each) => each.id === id)),
];

/** What the run met, or its databases, as one failure; null if they met nothing. */
export function failureOf({
  problems,
  failure,
}: Pick<ReconcileParts, 'problems' | 'failure'>): ReconcileParts['failure'] {
  const [first] = problems;
  if (failure !== null || first === undefined) return failure;
  const words = problems.map(
    ({ id, problem: { error, why } }) => `${id}: ${problems.length > 1 ? `${error}: ` : ''}${why}`,
  );
  return { error: first.problem.error, why: words.join(' ') };
}

/** What the comparisons of all databases say together: as old as the oldest. */
export function accountOf(compared: readonly Compared[]) {
  const [comparedAt = ''] = compared.map((each) => each.comparedAt).toSorted();
  return {
    comparedAt,
    rowsDigest: digestOf(compared.map(({ id, rowsDigest }) => ({ id, rowsDigest }))),
    origins: compared.map(({ origin }) => origin),
    left: 0,
  };
}

/** How a reconciliation ends. What is not known to be accounted for is not. */
export const closingRules: readonly Rule<ReconcileParts, ReconcileEnd>[] = [
  {
    id: 'failed',
    when: (parts) => failureOf(parts) !== null,
    then: 'failed',
    why: 'It could not go on:',
    detail: (parts) => {
      const { error = '', why = 'no cause was given.' } = failureOf(parts) ?? {};
      return `${error}: ${why}`;
    },
  },
  {
    id: 'rejected',
    when: ({ judged }) => judged?.outcome === 'rejected',
    then: 'rejected',
    why: 'Nothing was applied, as somebody decided.',
    detail: ({ judged }) => judged?.why ?? '',
  },
  {
    id: 'not-approved',
    when: ({ judged }) => judged !== null && judged.outcome !== 'approved',
    then: 'expired',
    why: 'Nothing was applied: nobody decided in time.',
    detail: ({ judged }) => judged?.why ?? '',
  },
  {
    id: 'not-compared',
    when: (parts) => lastCompared(parts).length === 0,
    then: 'failed',
    why: 'Nothing was compared.',
  },
  {
    id: 'accounted-for',
    when: (parts) => {
      const { rows, leftOut } = divergenceOf(lastCompared(parts));
      return rows === 0 && leftOut === 0;
    },
    then: 'reconciled',
    why: 'Everything that the old primary holds is on the writer, or was changed there since.',
  },
  {
    id: 'rows-left',
    when: () => true,
    then: 'unreconciled',
    why: 'Something is left that somebody has to decide.',
    detail: (parts) => lastCompared(parts).map(comparedWords).join(' '),
  },
];

/** What was applied to a database, for people. */
export const appliedWords = ({ id, applied, already, refused, undecided }: Applied): string =>
  `${id}: ${applied + already} rows; ${refused} refused, ${undecided} not approved.`;

/** The end as lines that a person reads first. */
export function reconcileLines(
  why: string,
  parts: ReconcileParts,
  next: readonly string[],
): string[] {
  const { before, applied, after, judged, problems } = parts;
  const isUnknown = problems.some(
    ({ id }) => !applied.some((each) => each.id === id && each.isComplete),
  );
  return [
    why,
    ...before.map((each) => `Found: ${comparedWords(each)}`),
    ...(judged?.approval ? [`Approved by ${judged.approval.by}.`] : []),
    ...applied.map((each) => `Applied: ${appliedWords(each)}`),
    ...(judged?.approval && (applied.length === 0 || isUnknown)
      ? ['Rows may have been applied: each has its mark, and none is applied twice.']
      : []),
    ...applied.flatMap(({ id, reasons }) => reasons.map((each) => `Refused: ${id}: ${each}`)),
    ...after.map((each) => `Compared again: ${comparedWords(each)}`),
    ...lastCompared(parts).map(({ id, report }) => `Report of ${id}: ${report}`),
    ...next.map((each) => `Left to do: ${each}`),
  ];
}

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
  return [
    ...all.flatMap(decideWords),
    `Then have it compared again: ${again}`,
    `Or, if nothing more is to be applied${isUnclear ? ' and no row is unclear any more' : ''}, ` +
      'say that what is left stays behind: ' +
      `npx failover reconciled ${plan} ${reports} --left ${left} --reason "..." ${stackOptions}`,
  ];
}

/** Words of Step Functions and Lambda for a function that was given too much. */
const tooMuch = /States\.Timeout|Sandbox\.Timedout|Task timed out|OutOfMemory|Runtime\.ExitError/;

/** Whether a comparison may have been too much for a function: all before it went well. */
function isTooMuch({ preserved, before, applied, after, failure }: ReconcileParts): boolean {
  const isComparing = before.length === 0 || (applied.length > 0 && after.length === 0);
  const words = `${failure?.error ?? ''}: ${failure?.why ?? ''}`;
  return preserved !== null && isComparing && tooMuch.test(words);
}
