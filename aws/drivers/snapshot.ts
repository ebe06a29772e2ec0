import type * as z from 'zod';
import type { Json } from '../../core/json.ts';
import { JsonValue } from '../../core/json.ts';
import { InvalidInputError, NotReadyError } from '../../core/errors.ts';
import type { Before } from './driver.ts';

/**
 * Reads back a snapshot that this driver has written.
 * @throws InvalidInputError if it is of another shape: nothing may be put back by guessing.
 */
export function parseSnapshot<Schema extends z.ZodType>(
  schema: Schema,
  snapshot: Json,
): z.infer<Schema> {
  const parsed = schema.safeParse(snapshot);
  if (parsed.success) return parsed.data;
  const what = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new InvalidInputError(`The snapshot is not one of this driver's: ${what.join('; ')}.`);
}

/**
 * How it was before the failover; undefined if the incident did not touch it.
 * @throws NotReadyError if nobody knows
 */
export function parseBefore<Schema extends z.ZodType>(
  schema: Schema,
  before: Before,
): z.infer<Schema> | undefined {
  if (!before.known) throw new NotReadyError(`How it was before is not known. ${before.reason}`);
  return before.snapshot === undefined ? undefined : parseSnapshot(schema, before.snapshot);
}

/** Makes a snapshot out of what AWS sent: attributes that are undefined are left out. */
export function toJson(value: unknown): Json {
  return JsonValue.parse(JSON.parse(JSON.stringify(value)));
}
