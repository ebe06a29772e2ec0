import * as z from 'zod';

/** Whole transactions of these classes lose nothing of the writer's. */
const SAFE = ['lostInsert', 'lostUpdate', 'lostDelete'] as const;

/** A class of rows, or one of a table: as `failover apply --approve` takes it. */
const Item = z
  .string()
  .regex(
    /^(lostInsert|lostUpdate|lostDelete|.+:(lostInsert|lostUpdate|lostDelete|conflict|unclear))$/,
    'lostInsert, lostUpdate or lostDelete, or TABLE:CLASS; conflict and unclear only so',
  )
  .max(200);

const Column = z
  .string()
  .regex(/^.+\..+$/, 'TABLE.COLUMN')
  .max(200);

/** What becomes of the writes that never crossed, once the old primary is back. */
export const Reconciliation = z.strictObject({
  /** Whether the watch starts it, or somebody: `failover reconcile PLAN`. */
  start: z.enum(['automatic', 'manual']).default('automatic'),
  /** What is applied if the approvers say yes. */
  apply: z
    .array(Item)
    .min(1)
    .max(50)
    .default([...SAFE]),
  /** Columns that get the next number of their sequence where the writer gave the old one away. */
  renumber: z.array(Column).max(50).default([]),
  /** Whether the stack keeps a logical slot on the primary, which tells what lost transactions did. */
  keepSlot: z.boolean().default(false),
  /** In how many sessions of each side the ranges of a large table are read at once. */
  parallel: z.int().min(1).max(16).default(4),
  /** Columns whose values the page of the report does not show; `*.COLUMN` for every table. */
  mask: z.array(Column).max(200).default([]),
});
export type Reconciliation = z.infer<typeof Reconciliation>;
