import type * as z from 'zod';
import type { Json } from '../../core/json.ts';
import { JsonValue } from '../../core/json.ts';
import { InvalidInputError } from '../../core/errors.ts';

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

/** Makes a snapshot out of what AWS sent: attributes that are undefined are left out. */
export function toJson(value: unknown): Json {
  return JsonValue.parse(JSON.parse(JSON.stringify(value)));
}
