import * as z from 'zod';
import { createLink } from '../aws/approvals/links.ts';
import { openRequest } from '../aws/approvals/request-store.ts';
import type { Plan } from '../aws/plan.ts';
import { digestOfBrief, promotionBrief } from '../core/approval/brief.ts';
import type { Incident } from '../core/incident.ts';
import type { Round } from '../core/outage.ts';
import type { Account } from '../lab/account.ts';
import { deploy } from '../lab/account.ts';
import { createWallClock } from '../lab/clock.ts';
import { startFrontDoor } from '../lab/front-door/server.ts';
import { visitByHttp } from '../lab/front-door/visit.ts';
import type { Template } from '../lab/template.ts';
import { createVirtualFacts, createVirtualPhysics } from '../lab/virtual/physics.ts';
import type { World } from '../lab/world/world.ts';
import { createWorld } from '../lab/world/world.ts';

const VISITS = 50;
const WARM_UP_VISITS = 5;

/**
 * Milliseconds from asking for the approval page to its last byte, over HTTP on this machine and
 * with the wall clock; warm: the first visits do not count.
 */
export async function measurePage(plan: Plan, template: Template): Promise<number[]> {
  const clock = createWallClock();
  const facts = createVirtualFacts({ primaryIsUp: false });
  const world: World = createWorld(
    plan,
    clock,
    createVirtualPhysics(
      plan,
      clock,
      facts,
      () => world.routing,
      (request) => world.slack.answer(request),
    ),
  );
  const deployed: { account?: Account } = {};
  const door = await startFrontDoor(
    async (event) => await deployed.account?.frontDoor(z.json().parse(event)),
    () => clock.now(),
  );
  try {
    deployed.account = deploy(template, world, {}, 1, door.url);
    const link = await openQuestion(plan, world, deployed.account);
    const times: number[] = [];
    for (let visit = 0; visit < VISITS; visit += 1) {
      const from = performance.now();
      const { status, text } = await visitByHttp(link, { method: 'GET', headers: {} });
      times.push(performance.now() - from);
      if (status !== 200 || !text.includes('</html>')) throw new Error(`No page: ${status}.`);
    }
    return times.slice(WARM_UP_VISITS);
  } finally {
    await door.close();
  }
}

/** A question to the approvers of the plan, and a link to it. */
async function openQuestion(plan: Plan, world: World, account: Account): Promise<string> {
  const now = world.clock.now();
  const at = now.toISOString();
  const incident: Incident = {
    ...{
      id: `${plan.name}-bench`,
      plan: plan.name,
      epoch: 1,
      alarm: 'alarm',
      alarmReason: 'bench',
    },
    ...{ openedAt: at, outageStart: { known: false, reason: 'bench' }, executionArn: 'bench' },
  };
  const round: Round = {
    at,
    vantage: plan.regions.standby,
    vote: 'down',
    why: 'bench',
    probes: [],
  };
  const brief = promotionBrief({
    ...{
      incident,
      regions: plan.regions,
      verdict: 'confirmed',
      round,
      controls: [],
      rpoSeconds: 1,
    },
    ...{ dataLoss: { known: false, reason: 'bench', source: 'bench' }, question: 'bench' },
    onExpiry: plan.authorization.onExpiry,
  });
  const expiresAt = new Date(now.getTime() + 3_600_000).toISOString();
  const evidenceDigest = digestOfBrief(incident, brief);
  const { approvers } = plan.authorization;
  const asked = { incidentId: incident.id, plan: plan.name, epoch: 1, brief, evidenceDigest };
  const counted = { number: 1, approvalsNeeded: 1, votes: [], revision: 1, told: [], asked: [] };
  await openRequest(account.runtime, {
    ...{ ...asked, ...counted },
    ...{ requestedAt: at, expiresAt, approvers },
  });
  const [linkSecret = ''] = world.secrets.keys();
  const { frontDoorUrl, runtime } = account;
  const environment = { ...runtime.environment, frontDoorUrl, linkSecret };
  const claims = { incidentId: incident.id, approver: approvers[0]?.name ?? '', evidenceDigest };
  return await createLink({ ...runtime, environment }, { ...claims, expiresAt });
}
