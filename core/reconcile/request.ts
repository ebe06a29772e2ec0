import * as z from 'zod';
import { Name } from '../plan/fields.ts';

/** What somebody asks for when the writes of an old primary are to be accounted for. */
export const ReconcileRequest = z.strictObject({
  /** The plan's name. */
  plan: Name,
  /** Who asks, as AWS knows them; the watch, if nobody did. */
  by: z.string().min(1).max(2048),
  reason: z.string().min(1).max(1000),
});
export type ReconcileRequest = z.infer<typeof ReconcileRequest>;
