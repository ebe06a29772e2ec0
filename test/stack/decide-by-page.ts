import { createLink } from '../../aws/approvals/links.ts';
import { readRequest } from '../../aws/approvals/request-store.ts';
import { functionUrlEvent } from '../../lab/front-door/function-url-event.ts';
import type { VirtualStage } from '../../lab/virtual/run-event.ts';
import * as z from 'zod';

const HOST = 'door.example.com';
const Answer = z.object({ statusCode: z.int(), body: z.string() });

/**
 * Everything that the front door can be asked, for the open question of an incident: a forged
 * click of Slack, a refused form, a page, as many votes as are needed, and the page of the decision.
 */
export async function decideByPage(
  { account, world, clock }: VirtualStage,
  incidentId: string,
): Promise<void> {
  const visit = async (method: string, target: string, headers = {}, text = '') => {
    const sent = { host: HOST, ...headers };
    const event = functionUrlEvent({
      method,
      target,
      headers: Object.entries<string>(sent),
      body: Buffer.from(text),
      sourceIp: '198.51.100.7',
      at: clock.now(),
    });
    return Answer.parse(await account.frontDoor(event));
  };
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const slack = {
    ...form,
    'x-slack-request-timestamp': String(Math.floor(clock.now().getTime() / 1000)),
    'x-slack-signature': `v0=${'0'.repeat(64)}`,
  };
  await visit('POST', '/slack/actions', slack, 'payload=%7B%7D');
  const request = await readRequest(account.runtime, incidentId);
  const [linkSecret = ''] = world.secrets.keys();
  const environment = {
    ...account.runtime.environment,
    linkSecret,
    frontDoorUrl: `https://${HOST}/`,
  };
  if (request === undefined) throw new Error('Nothing is asked.');
  const { approvers, approvalsNeeded, evidenceDigest, expiresAt } = request;
  for (const { name: approver } of approvers.slice(0, approvalsNeeded)) {
    const parts = { incidentId, approver, evidenceDigest, expiresAt };
    const link = new URL(await createLink({ ...account.runtime, environment }, parts));
    const target = `${link.pathname}${link.search}`;
    await visit('POST', target, form, 'decision=approved');
    const { body } = await visit('GET', target);
    const token = /name="token" value="([^"]+)"/.exec(body)?.[1] ?? '';
    const fields = { token, decision: 'approved', acknowledged: 'yes', reason: '' };
    const voted = await visit('POST', target, form, new URLSearchParams(fields).toString());
    if (voted.statusCode !== 303) throw new Error(`The vote was answered ${voted.statusCode}.`);
    await visit('GET', target);
  }
}
