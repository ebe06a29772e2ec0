import type { Brief } from '../approval/brief.ts';
import type { Incident } from '../incident.ts';
import type { Reconciliation } from '../plan/reconciliation.ts';
import type { Compared } from './compared.ts';
import { comparedWords, divergenceOf } from './compared.ts';
import { lostClasses, rowWords } from './comparison.ts';

/** Blind spots that are the same for every comparison come last; a brief names the first. */
const MOST_BLIND_SPOTS = 3;

/** The brief for the question whether the writer is given what never crossed. */
export function reconciliationBrief(
  incident: Incident,
  { primary, standby }: { readonly primary: string; readonly standby: string },
  { apply, renumber }: Reconciliation,
  all: readonly Compared[],
): Brief {
  const { rows, applicable } = divergenceOf(all);
  const numbers =
    renumber.length === 0 ? [] : [`Numbers that are taken are given anew: ${renumber.join(', ')}.`];
  return {
    subject: 'reconciliation',
    service: incident.plan,
    ...{ primary, standby },
    alarm: incident.alarm,
    alarmReason: incident.alarmReason,
    openedAt: incident.openedAt,
    question: `Is the writer of ${incident.plan} to be given ${applicable} of ${rows} rows that it lacks?`,
    down: all.flatMap((each) => [
      comparedWords(each),
      `${each.id}: ${each.source}`,
      `${each.id}: read ${each.report}report.html before you decide (report.json: SHA-256 ` +
        `${each.headDigest.slice(0, 16)}).`,
    ]),
    loss: lossWords(apply),
    warnings: [
      ...(rows === applicable
        ? []
        : [`${rows - applicable} rows stay as they are: somebody has to decide them one by one.`]),
      'If nobody decides in time, nothing is applied.',
      ...all.flatMap(({ id, blindSpots }) =>
        blindSpots.slice(0, MOST_BLIND_SPOTS).map((each) => `${id}: ${each}`),
      ),
    ],
    yes: [
      `Whole transactions of ${primary} are applied in ${standby}, each once. Of the rows: ` +
        `${apply.map(itemWords).join('; ')}.`,
      ...numbers,
      'Then both sides are compared again.',
    ],
    no: [
      'Nothing is applied; the report and the snapshot stay.',
      'No replica is built until it is accounted for.',
    ],
  };
}

/** Classes of which the writer's version is given up. */
const givesUp = /:(conflict|unclear)$/;

function lossWords(apply: readonly string[]): string {
  const given = apply.filter((item) => givesUp.test(item));
  return given.length === 0
    ? 'Nothing of the writer: a row is changed only where it has it as it was before the fork.'
    : `The writer's version of these rows: ${given.map(itemWords).join('; ')}.`;
}

/** `lostInsert` or `orders:conflict` for people. */
function itemWords(item: string): string {
  const colon = item.lastIndexOf(':');
  const kind = lostClasses.find((each) => each === item.slice(colon + 1));
  const words = kind === undefined ? item : rowWords[kind];
  return colon < 0 ? words : `${item.slice(0, colon)}: ${words}`;
}
