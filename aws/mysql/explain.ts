import type { Movement, MovementFacts } from '../../core/reconcile/movement.ts';
import { movementRules } from '../../core/reconcile/movement.ts';
import type { Source } from '../../core/reconcile/source.ts';
import { decide } from '../../core/rules.ts';
import { DecodeError } from '../reconcile/errors.ts';
import type { Origins } from '../reconcile/origins.ts';
import type { CommonTables } from '../reconcile/pair-tables.ts';
import type { Capture } from './capture.ts';
import { readCapture } from './capture.ts';
import { originsBy, originsByLog } from './origins.ts';
import type { Sides } from './side.ts';
import type { Table } from './tables.ts';

/** What explains the differences of two databases. */
export interface Explanation {
  readonly source: Source;
  readonly movement: Movement;
  /** Undefined if the log of the old primary does not. */
  readonly capture: Capture | undefined;
  readonly originsOf: (table: Table) => Origins;
  /** What the source cannot see, in sentences. */
  readonly blindSpots: readonly string[];
}

/**
 * Asks the positions of both sides which of them went on, and the log of the old primary what it
 * changed. Where the log explains nothing, `source.why` says why.
 */
export async function explain(
  sides: Sides,
  common: Pick<CommonTables<Table>, 'tables' | 'others'>,
  facts: MovementFacts,
): Promise<Explanation> {
  const { outcome: movement, why } = decide(movementRules, facts);
  const isTold = movement === 'old' || movement === 'writer';
  const alone = (...reason: string[]): Explanation => ({
    source: {
      kind: isTold ? 'gtid' : 'twoWay',
      why: [why, ...(isTold ? [] : [AMBIGUOUS]), ...reason].join(' '),
    },
    ...{ movement, capture: undefined, originsOf: () => originsBy(movement) },
    blindSpots: [...(isTold ? [PAST_THE_LOG] : []), NO_LOG],
  });
  if (!facts.known || facts.apart.old.length === 0) return alone();
  try {
    const capture = await readCapture(sides, common, facts.apart);
    return {
      ...{ source: { kind: 'binlog', why }, movement, capture },
      originsOf: (table) => originsByLog(table, capture, movement),
      blindSpots: [PAST_THE_LOG, ...blindSpotsOf(capture)],
    };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return alone(`The binary log of the old primary explains nothing: ${error.message}.`);
  }
}

const AMBIGUOUS = 'A row that only one side has may be an insert there, or a delete here.';

const PAST_THE_LOG =
  'What was written past the binary log (sql_log_bin = 0, a filter) has no GTID: it counts to the other side.';

const NO_LOG =
  'The binary log is not read: the rows as they were at the fork, and the transactions that wrote them, are not known.';

function blindSpotsOf({ blind, cascaded }: Capture): string[] {
  const say = (names: readonly string[], words: string): string[] =>
    names.length === 0 ? [] : [`${names.join(', ')}: ${words}`];
  return [
    ...say(
      blind,
      'what the binary log says of its rows is not what is there. They are told apart without it.',
    ),
    ...say(
      cascaded,
      'its rows change with those of another table by a foreign key, which the binary log does not tell.',
    ),
    'The time of a transaction is exact to the second. Transactions that wrote the same row count as one: only its last version is there.',
  ];
}
