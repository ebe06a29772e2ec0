import * as z from 'zod';
import type { Resources } from './account-functions.ts';
import { parseStateMachine } from './asl/parse.ts';
import { substitute } from './substitute.ts';
import type { Template } from './template.ts';

/** A template with its references replaced, and its state machine parsed. */
interface Stack extends ReturnType<typeof substitute> {
  readonly machine: ReturnType<typeof machineOf>;
}
const Url = z.object({ TargetFunctionArn: z.string() });
const stacks = new WeakMap<Template, Map<string, Stack>>();

/** What a template comes to in a Region: worked out once, and never changed by a run. */
export function stackOf(template: Template, region: string): Stack {
  const byRegion = stacks.get(template) ?? new Map<string, Stack>();
  stacks.set(template, byRegion);
  const known = byRegion.get(region);
  if (known !== undefined) return known;
  const substituted = substitute(template, region);
  const stack = { ...substituted, machine: machineOf(substituted.resources) };
  byRegion.set(region, stack);
  return stack;
}

/** The function that has a URL. */
export function frontDoorOf(resources: Resources): string {
  const found = [...resources.values()].find(({ type }) => type === 'AWS::Lambda::Url');
  return Url.parse(found?.properties).TargetFunctionArn;
}

/** The state machine of the stack. @throws Error if there is none */
export function machineOf(resources: Resources) {
  const found = [...resources.values()].find(
    ({ type }) => type === 'AWS::StepFunctions::StateMachine',
  );
  if (found === undefined) throw new Error('The template has no state machine.');
  return { arn: found.arn, definition: parseStateMachine(found.properties['Definition']) };
}
