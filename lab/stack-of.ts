import * as z from 'zod';
import type { Resources } from './account-functions.ts';
import type { StateMachine } from './asl/definition.ts';
import { parseStateMachine } from './asl/parse.ts';
import { substitute } from './substitute.ts';
import type { Template } from './template.ts';

/** A state machine of a template. */
export interface Machine {
  /** Its name in the template. */
  readonly id: string;
  readonly arn: string;
  readonly definition: StateMachine;
}
/** A template with its references replaced, and its state machines parsed. */
interface Stack extends ReturnType<typeof substitute> {
  /** By their ARNs. */
  readonly machines: ReadonlyMap<string, Machine>;
  /** The one that an alarm starts. */
  readonly machine: Machine;
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
  const machines = machinesOf(substituted.resources);
  const machine = [...machines.values()].find(({ id }) => id === 'Failover');
  if (machine === undefined) throw new Error('The template has no state machine Failover.');
  const stack = { ...substituted, machines, machine };
  byRegion.set(region, stack);
  return stack;
}

/** The function that has a URL. */
export function frontDoorOf(resources: Resources): string {
  const found = [...resources.values()].find(({ type }) => type === 'AWS::Lambda::Url');
  return Url.parse(found?.properties).TargetFunctionArn;
}

function machinesOf(resources: Resources): Map<string, Machine> {
  const found = [...resources].filter(
    ([, { type }]) => type === 'AWS::StepFunctions::StateMachine',
  );
  return new Map(
    found.map(([id, { arn, properties }]) => [
      arn,
      { id, arn, definition: parseStateMachine(properties['Definition']) },
    ]),
  );
}
