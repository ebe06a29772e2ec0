/** Where a command writes: data to `out`, talk to `err`; and whether a person looks on. */
export interface Io {
  out(line: string): void;
  err(line: string): void;
  readonly isTerminal: boolean;
  /** Asks a question on the terminal; undefined where nobody can answer. */
  ask(question: string): Promise<string | undefined>;
}

/** A command of `failover`: its exit status is 0 done, 1 failed, 2 wrong usage. */
export type Command = (args: string[], io: Io) => Promise<number>;

/** The arguments are not what the command takes. Says what was found and what would be right. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
