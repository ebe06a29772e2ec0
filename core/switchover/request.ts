import * as z from 'zod';
import { Name, Region } from '../plan/fields.ts';
import type { Rule } from '../rules.ts';

/** What somebody asks for when a service is to be moved. */
export const SwitchoverRequest = z.strictObject({
  /** The plan's name. */
  plan: Name,
  /** `rebuild` only sees that the Region has a replica, and moves nothing. */
  action: z.enum(['move', 'rebuild']).default('move'),
  /** The Region to which the service moves. */
  to: Region,
  /** Who asks, as AWS knows them. */
  by: z.string().min(1).max(2048),
  reason: z.string().min(1).max(1000),
});
export type SwitchoverRequest = z.infer<typeof SwitchoverRequest>;

/** What the deployed plans say of a request, before anything is read. */
export interface RequestFacts {
  readonly request: Pick<SwitchoverRequest, 'plan' | 'to'>;
  /** Names of the plans of this stack. */
  readonly deployed: readonly string[];
  /** Both Regions of the plan; none if it is not deployed. */
  readonly regions: readonly string[];
  /** Whether the plan says what the way back needs. */
  readonly isReversible: boolean;
}

/** Whether a request means anything here. Asked in the wrong place it is declined, and wakes nobody. */
export const requestRules: readonly Rule<RequestFacts, 'read' | 'decline'>[] = [
  {
    id: 'plan-not-deployed',
    when: ({ request, deployed }) => !deployed.includes(request.plan),
    then: 'decline',
    why: 'This stack has no such plan: is it the right stack, and the right Region?',
    detail: ({ request, deployed }) =>
      `Found the plan ${request.plan}; deployed are: ${deployed.join(', ')}.`,
  },
  {
    id: 'region-of-no-side',
    when: ({ request, regions }) => !regions.includes(request.to),
    then: 'decline',
    why: 'The plan has no such Region.',
    detail: ({ request, regions }) =>
      `Found the Region ${request.to}; plan ${request.plan} has ${regions.join(' and ')}.`,
  },
  {
    id: 'no-way-back',
    when: ({ isReversible }) => !isReversible,
    then: 'decline',
    why: 'The plan has no section failback: it does not say what the way back needs.',
    detail: ({ request }) => `Add it to plan ${request.plan}, and deploy.`,
  },
  {
    id: 'of-this-stack',
    when: () => true,
    then: 'read',
    why: 'The plan is deployed here, and knows the Region.',
  },
];
