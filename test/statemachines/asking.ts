import type { Plan } from '../../aws/plan.ts';
import { packTemplate } from '../../lab/template.ts';
import type { Played, Scene } from '../lab/virtual/scene.ts';
import { drillPlanFile, play } from '../lab/virtual/scene.ts';
import { approvalPlan } from './plans.ts';

/** Plays a scene under the plan that leaves every promotion to a human, with these changes. */
export async function runAsking(
  scene: Omit<Scene, 'plan'>,
  more: Partial<Plan['authorization']> = {},
): Promise<Played> {
  const plan = await approvalPlan();
  const authorization = { ...plan.authorization, ...more };
  const template = await packTemplate(drillPlanFile);
  return await play({ template, ...scene, plan: { ...plan, authorization } });
}

/** How many mails began with these words. */
export const told = ({ run: { notifications } }: Played, words: string): number =>
  notifications.filter(({ channel, subject }) => channel === 'mail' && subject.includes(words))
    .length;

/** How often a state was entered. */
export const times = ({ path }: Played, state: string): number =>
  path.filter((name) => name === state).length;
