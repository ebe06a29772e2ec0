import type { planUnits } from '../aws/reconcile/plan-units.ts';
import type { Settled } from '../core/reconcile/settled.ts';
import { keyWords, nameOf } from '../core/reconcile/comparison.ts';
import type { Unit } from '../core/reconcile/units.ts';
import { countOf } from '../core/text.ts';
import { oneLine } from './safe-text.ts';

type Planned = ReturnType<typeof planUnits>;

const SHOWN = 20;

const count = (units: readonly { readonly unit: Unit }[]): string => {
  const rows = units.reduce((sum, { unit }) => sum + unit.rows.length, 0);
  return `${countOf(units.length, 'transaction')} (${countOf(rows, 'row')})`;
};

const outcomes = ['apply', 'undecided', 'partly', 'refused'] as const;
const plannedWords: Readonly<Record<(typeof outcomes)[number], string>> = {
  apply: 'will be applied',
  undecided: 'stay as they are: nobody approved them',
  partly: 'stay as they are: only a part of their rows was approved',
  refused: 'are approved and cannot be applied: something stands in their way',
};

/** What applying would do, for whoever is asked to confirm it. */
export function formatPlanned(planned: Planned): string {
  const lines = outcomes.flatMap((outcome) => {
    const own = planned.filter((each) => each.outcome === outcome);
    if (own.length === 0) return [];
    return [
      `${count(own)} ${plannedWords[outcome]}.`,
      ...(outcome === 'refused' || outcome === 'partly' ? some(own.map(settledLine)) : []),
    ];
  });
  return lines.length === 0
    ? 'The report has no rows: there is nothing to apply.'
    : lines.join('\n');
}

const settledWords: readonly (readonly [Settled['outcome'], string])[] = [
  ['applied', 'applied'],
  ['already', 'applied before'],
  ['undecided', 'not approved, and left as they are'],
  ['partly', 'left as they are: only a part of their rows was approved'],
  ['refused', 'refused'],
];

/** What became of everything; the numbers add up to the rows of the report. */
export function formatSettled(settled: readonly Settled[], rows: number): string {
  const refused = settled.filter(({ outcome }) => outcome === 'refused' || outcome === 'partly');
  const done = settled.reduce((sum, { unit }) => sum + unit.rows.length, 0);
  return [
    ...settledWords.flatMap(([outcome, words]) => {
      const own = settled.filter((each) => each.outcome === outcome);
      return own.length === 0 ? [] : [`${count(own)} ${words}.`];
    }),
    ...some(refused.map(settledLine)),
    ...some(settled.filter(isRenumbered).map(settledLine)),
    ...(done < rows
      ? [`${countOf(rows - done, 'row')} were not reached. Run it again to go on.`]
      : []),
    'Next: failover compare shows what is still not the same.',
  ].join('\n');
}

const isRenumbered = ({ outcome, why }: Settled): boolean =>
  (outcome === 'applied' || outcome === 'already') && why.includes('instead of');

type Line = Pick<Settled, 'unit' | 'why' | 'detail'>;

/** One unit on a line, with what the writer said itself: it is the operator's terminal. */
export function settledLine({ unit, why, detail = '' }: Line): string {
  const [first, ...others] = unit.rows;
  const name = first === undefined ? unit.id : `${nameOf(first)} ${keyWords(first)}`;
  const more = others.length === 0 ? '' : ` and ${countOf(others.length, 'row')} with it`;
  return `  ${oneLine([`${name}${more}: ${why}`, detail].filter(Boolean).join(' '))}`;
}

const some = (lines: readonly string[]): string[] =>
  lines.length > SHOWN
    ? [...lines.slice(0, SHOWN), `  and ${lines.length - SHOWN} more (--json lists all)`]
    : [...lines];
