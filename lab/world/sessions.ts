import { SERVER } from '../../aws/postgres/kinship.ts';
import { FLUSHED, MARK, OTHERS, RUNNING, SUBSCRIPTIONS } from '../../aws/postgres/position.ts';
import { NOW, OPEN, PAUSE, WRITTEN } from '../../aws/postgres/stillness.ts';
import { STANDBY } from '../../aws/postgres/replayed.ts';
import type { Side } from '../../aws/postgres/side.ts';
import { UnreachableError } from '../../core/errors.ts';
import type { Json } from '../../core/json.ts';

/** What a simulated database says of itself at this moment. */
export interface DatabaseFacts {
  readonly isRunning: boolean;
  readonly isStandby: boolean;
  /** Bytes of its own log, or of its source's that it has replayed. */
  readonly position: number;
  /** Of its own, or the one that it receives. */
  readonly timeline: number;
  /** Transactions that got a number so far. */
  readonly transactions: number;
  readonly subscriptions: number;
}

/** A simulated database, as sessions see it. */
export interface SimulatedDatabase {
  facts(): DatabaseFacts;
  /** How many sessions of others there are. */
  others(): number;
  /** Ends the sessions of others; how many there were. */
  endOthers(): number;
  /** Transactions that are prepared. */
  prepared(): number;
  /** Writes a message into the log. */
  mark(): void;
  /** Numbers of the writes that it holds, as far as they matter to anybody. */
  writes(): readonly number[];
  /** Takes a write of another database. @throws UnreachableError if it takes none */
  give(write: number): Promise<void>;
}

const behind = new WeakMap<Side, SimulatedDatabase>();

/** The database behind a session of `openSimulated`. */
export function simulatedBehind(side: Side): SimulatedDatabase {
  const database = behind.get(side);
  if (database === undefined) throw new Error(`${side.name} is no simulated database.`);
  return database;
}

/**
 * A session with a simulated database: it knows what a switchover asks, and nothing else.
 * @throws UnreachableError if the database does not run
 */
export function openSimulated(name: string, database: SimulatedDatabase): Side {
  const refuseIfDown = (): void => {
    if (!database.facts().isRunning)
      throw new UnreachableError(`${name} cannot be asked: nobody answers.`);
  };
  refuseIfDown();
  const lsn = (): string => `0/${database.facts().position.toString(16).toUpperCase()}`;
  const answers: Readonly<Record<string, () => Json>> = {
    [OTHERS]: () => ({ others: database.endOthers(), prepared: database.prepared() }),
    [OPEN]: () => ({ others: database.others(), rested: 0 }),
    [NOW]: () => ({ at: 'now' }),
    [WRITTEN]: () => ({ rows: String(database.writes().length), files: 'same' }),
    [PAUSE]: () => ({}),
    [SUBSCRIPTIONS]: () => ({ subscriptions: database.facts().subscriptions }),
    [RUNNING]: () => {
      const next = String(database.facts().transactions);
      return { oldest: next, next };
    },
    [FLUSHED]: () => ({ lsn: lsn() }),
    [SERVER]: () => {
      const { isStandby, timeline } = database.facts();
      return { id: '1', isStandby, start: name, timeline: isStandby ? 0 : timeline, database: 'd' };
    },
    [STANDBY]: () => {
      const { isStandby, timeline } = database.facts();
      return { id: '1', isStandby, replayed: isStandby ? lsn() : null, timeline };
    },
  };
  const side: Side = {
    name,
    query(row, sql) {
      refuseIfDown();
      const answer = answers[sql];
      if (answer === undefined) throw new Error(`The lab's databases do not know: ${sql}`);
      return Promise.resolve([row.parse(answer())]);
    },
    run(sql) {
      refuseIfDown();
      if (sql === MARK) database.mark();
      else if (!sql.startsWith('SET ')) throw new Error(`The lab's databases do not know: ${sql}`);
      return Promise.resolve(null);
    },
    again: () => Promise.resolve(openSimulated(name, database)),
    close: () => Promise.resolve(),
  };
  behind.set(side, database);
  return side;
}
