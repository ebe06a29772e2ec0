import * as z from 'zod';
import type { Needed } from './permissions.ts';

const Strings = z.record(z.string(), z.unknown());

/** A statement of a policy, its references resolved. */
export const Statement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.literal('Allow'),
  Action: z.array(z.string()),
  Resource: z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat()),
  Condition: z
    .partialRecord(z.enum(['StringEquals', 'ForAllValues:StringEquals']), Strings)
    .optional()
    .transform((value) => value ?? {}),
});
export type Statement = z.infer<typeof Statement>;

/** Whether a policy allows this. */
export function allows(statements: readonly Statement[], needed: Needed): boolean {
  return statements.some(
    ({ Action, Resource, Condition }) =>
      Action.includes(needed.action) &&
      Resource.some((pattern) => matches(pattern, needed.resource)) &&
      Object.values(Condition).every((keys) =>
        Object.entries(keys).every(([key, wanted]) =>
          (needed.context[key] ?? []).every((value) => [wanted].flat().includes(value)),
        ),
      ),
  );
}

function matches(pattern: string, resource: string): boolean {
  if (resource === '*') return pattern === '*';
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(resource);
}
