import * as z from 'zod';
import { digestOf } from '../digest.ts';
import type { Rule } from '../rules.ts';
import { Compared, comparedWords, divergenceOf } from './compared.ts';

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
    unclear: 0,
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
