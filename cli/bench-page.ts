import * as z from 'zod';
import { createLink } from '../aws/approvals/links.ts';
import { readRequest } from '../aws/approvals/request-store.ts';
import type { Plan } from '../aws/plan.ts';
import type { Json } from '../core/json.ts';
import { startFrontDoor } from '../lab/front-door/server.ts';
import type { Template } from '../lab/template.ts';
import type { VirtualStage } from '../lab/virtual/run-event.ts';
import { runEvent } from '../lab/virtual/run-event.ts';

const WARM_UP = 5;
const VISITS = 50;

/**
 * Milliseconds of real time that the warm page of a question takes, over HTTP, one for each visit:
 * asked in the middle of a run in virtual time.
 */
export async function pageTimes(plan: Plan, template: Template, event: Json): Promise<number[]> {
  const asks: Plan = { ...plan, authorization: { ...plan.authorization, mode: 'approval' } };
  const held: { stage?: VirtualStage } = {};
  const times: number[] = [];
  await runEvent({
    plan: asks,
    template,
    event,
    primary: 'down',
    answer: 'reject',
    arrange: (stage) => {
      held.stage = stage;
    },
    observers: {
      aroundInvoke: async ({ stateName, payload }, run) => {
        const answer = await run();
        if (stateName === 'RequestApproval' && held.stage !== undefined && times.length === 0) {
          times.push(...(await visit(held.stage, payload)));
        }
        return answer;
      },
    },
  });
  return times;
}

async function visit({ account, world, clock }: VirtualStage, payload: unknown): Promise<number[]> {
  const { incident } = z.object({ incident: z.object({ id: z.string() }) }).parse(payload);
  const server = await startFrontDoor(
    async (request) => await account.frontDoor(z.json().parse(request)),
    () => clock.now(),
  );
  try {
    const request = await readRequest(account.runtime, incident.id);
    const [approver] = request?.approvers ?? [];
    const [linkSecret = ''] = world.secrets.keys();
    if (request === undefined || approver === undefined) throw new Error('Nobody is asked.');
    const environment = { ...account.runtime.environment, linkSecret, frontDoorUrl: server.url };
    const { evidenceDigest, expiresAt } = request;
    const parts = { incidentId: incident.id, approver: approver.name, evidenceDigest, expiresAt };
    const link = await createLink({ ...account.runtime, environment }, parts);
    const times: number[] = [];
    for (let index = 0; index < WARM_UP + VISITS; index += 1) {
      const from = performance.now();
      const answer = await fetch(link);
      await answer.text();
      if (!answer.ok) throw new Error(`The page was answered ${answer.status}.`);
      if (index >= WARM_UP) times.push(performance.now() - from);
    }
    return times;
  } finally {
    await server.close();
  }
}
