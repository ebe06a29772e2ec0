import type { Comparison } from '../../../core/drift/difference.ts';
import type { Json } from '../../../core/json.ts';
import { driftSubjects } from '../../../aws/drivers/drift.ts';
import type { Before } from '../../../aws/drivers/driver.ts';
import { answering, contextWith, examplePlan } from '../support.ts';

export const nobodyKnows: Before = { known: false, reason: 'An incident before it promoted.' };

/** How it was, as an incident kept it; nothing for what the incident did not touch. */
export function keptAs(snapshot?: Json): Before {
  return { known: true, snapshot };
}

/** Compares the one thing whose name holds these words, in a plan with these sections. */
export async function compareOne(
  words: string,
  sections: Readonly<Record<string, unknown>>,
  before: Before,
): Promise<Comparison> {
  const plan = examplePlan(sections);
  const { runtime } = contextWith({ plan, network: answering('192.0.2.1') });
  const found = driftSubjects(plan, runtime, async () => before);
  const named = found.filter(({ what }) => what.includes(words));
  const [only, ...others] = named;
  if (only === undefined || others.length > 0) throw new Error(`${named.length} things: ${words}`);
  return await only.compare();
}

/** Every sentence of what is to be changed. */
export function changesOf({ differences }: Comparison): string {
  return differences
    .flatMap(({ change }) => [...change.terraform, ...change.cloudFormation, ...change.cdk])
    .join('\n');
}
