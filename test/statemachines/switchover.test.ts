import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Plan } from '../../aws/plan.ts';
import { pathOf } from '../../lab/asl/history.ts';
import { packTemplate } from '../../lab/template.ts';
import type { Template } from '../../lab/template.ts';
import { move, settleFailover } from '../lab/virtual/move.ts';
import { drillPlanFile, play } from '../lab/virtual/scene.ts';
import { steadyPlan } from './plans.ts';

let plan: Plan;
let template: Template;
beforeAll(async () => {
  plan = await steadyPlan();
  template = await packTemplate(drillPlanFile);
});

describe('a switchover', () => {
  it('moves the service to the standby Region', async () => {
    const paths: string[][] = [];
    await play({
      plan,
      template,
      primary: 'up',
      begin: async (stage) => {
        stage.facts.sessions.primary = 3;
        const execution = await move(stage, 'eu-central-1');
        paths.push([...pathOf(execution.history)]);
        const last = execution.history.at(-1);
      },
    });
    expect(paths[0]?.at(-1)).toBe('Moved');
  });

  it('brings the service home after a failover', async () => {
    const paths: string[][] = [];
    await play({
      plan,
      template,
      answer: 'approve',
      after: async (stage) => {
        await settleFailover(stage);
        const execution = await move(stage, 'eu-west-1');
        paths.push([...pathOf(execution.history)]);
        const last = execution.history.at(-1);
          JSON.stringify(last, null, 1),
          stage.world.deliveries.at(-1),
          [...stage.world.databases.values()],
          stage.facts,
        );
      },
    });
    expect(paths[0]?.at(-1)).toBe('Moved');
  });
});
