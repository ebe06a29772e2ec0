import type * as z from 'zod';
import { isJson } from '../../../core/json.ts';
import { isKept, keep } from '../../asl/json.ts';

const remembering = new WeakSet<z.ZodType>();

/**
 * Lets this process parse a value that can never change only once: every function of a run is
 * handed the same plan. What comes out is kept too, so that no function can change it for another.
 */
export function parseOnce(schema: z.ZodType): void {
  if (remembering.has(schema)) return;
  remembering.add(schema);
  const parsed = new WeakMap<object, unknown>();
  const run = schema._zod.run.bind(schema._zod);
  schema._zod.run = (payload, context) => {
    const given: unknown = payload.value;
    if (!isKept(given)) return run(payload, context);
    if (parsed.has(given)) return Object.assign(payload, { value: parsed.get(given) });
    const result = run(payload, context);
    if (result instanceof Promise || result.issues.length > 0) return result;
    if (isJson(result.value)) parsed.set(given, keep(result.value));
    return result;
  };
}
