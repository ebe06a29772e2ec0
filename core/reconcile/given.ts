import * as z from 'zod';
import { Applied, Problem } from './closing.ts';
import { Progress } from './queue.ts';

/** So often one database is applied to: 36 turns of 8 min = 5 h. */
export const MOST_TURNS = 36;

/** What became of the rows of one database in all turns until now, as the next turn takes it. */
export const Given = Applied.extend({
  /** How many turns there were. */
  turn: z.int(),
  /** Where the next turn goes on; null if there is none. */
  progress: Progress.nullable(),
  /** Why it ended before everything was tried; null if it did not. */
  problem: Problem.nullable(),
});
export type Given = z.infer<typeof Given>;
