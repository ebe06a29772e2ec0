import { TooManyRequestsException } from '@aws-sdk/client-sesv2';
import { beforeAll, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { PROMOTE_ON_EXPIRY } from '../../core/plan/authorization.ts';
import { NetworkError } from '../../core/network.ts';
import type { HttpsRequest } from '../../core/network.ts';
import type { Plan } from '../../aws/plan.ts';
import { rotate } from '../../lab/aws/secrets-manager.ts';
import { slackHosts } from '../../lab/world/slack.ts';
import { packTemplate } from '../../lab/template.ts';
import type { Template } from '../../lab/template.ts';
import type { Played, Scene } from '../lab/virtual/scene.ts';
import { drillPlanFile, play } from '../lab/virtual/scene.ts';
import { both, clickTooLate, from, lossGrows, when } from './hooks.ts';
import { approvalPlan } from './plans.ts';

let template: Template;
beforeAll(async () => {
  template = await packTemplate(drillPlanFile);
});

async function run(scene: Omit<Scene, 'plan'>, more: Partial<Plan['authorization']> = {}) {
  const plan = await approvalPlan();
  const authorization = { ...plan.authorization, ...more };
  return await play({ template, ...scene, plan: { ...plan, authorization } });
}

const told = ({ run: { notifications } }: Played, words: string): number =>
  notifications.filter(({ channel, subject }) => channel === 'mail' && subject.includes(words))
    .length;
const times = ({ path }: Played, state: string): number =>
  path.filter((name) => name === state).length;

/** Slack takes every call and answers none. */
const slackHangs: NonNullable<Scene['arrange']> = ({ world, clock }) => {
  const { network } = world.physics;
  const answer = network.https.bind(network);
  Object.assign(network, {
    https: async (request: HttpsRequest) => {
      if (!slackHosts.includes(new URL(request.url).hostname)) return await answer(request);
      await clock.sleep(request.connectTimeoutMilliseconds + request.readTimeoutMilliseconds);
      throw new NetworkError('ETIMEDOUT', 'no answer');
    },
  });
};

describe('A decision takes effect', () => {
  it('although the function that wakes the workflow fails several times', async () => {
    let failures = 0;
    const played = await run({
      answer: 'approve',
      arrange: ({ world }) => {
        const wake = world.sendTaskSuccess;
        world.sendTaskSuccess = (token, output) => {
          failures += 1;
          if (failures <= 5)
            throw Object.assign(new Error('busy'), { name: 'ThrottlingException' });
          wake(token, output);
        };
      },
    });
    expect(failures).toBeGreaterThan(5);
    expect(played.end).toBe('Recovered');
    expect(played.stage.world.promotions).toBe(1);
    expect(played.stage.account.problems).toStrictEqual([]);
  });

  it('within a second or two, although Slack hangs and there is much to show', async () => {
    const judgedAt: number[] = [];
    const played = await run({
      answer: 'approve',
      arrange: slackHangs,
      onState: (name, _, { clock }) => {
        if (name === 'JudgeApproval') judgedAt.push(clock.now().getTime());
      },
    });
    expect(played.end).toBe('Recovered');
    const [vote] = z.array(z.object({ at: z.string() })).parse(played.run.incident?.votes);
    const votedAt = Date.parse(vote?.at ?? '');
    const next = judgedAt.find((at) => at >= votedAt) ?? Number.POSITIVE_INFINITY;
    expect((next - votedAt) / 1000).toBeLessThan(2);
    expect(played.stage.account.problems).toStrictEqual([]);
  });

  it('although the front door had no time to count the click', async () => {
    const played = await run({ answer: 'approve', answerOver: clickTooLate });
    expect(played.end).toBe('Recovered');
    expect(played.run.incident?.votes).toMatchObject([{ origin: { channel: 'slack' } }]);
  });

  it('although the stream is gone: the state looks by itself at its next reminder', async () => {
    const played = await run({
      answer: 'approve',
      arrange: ({ world }) => {
        world.onItemWritten = () => undefined;
      },
    });
    expect(played.end).toBe('Recovered');
    expect(times(played, 'RequestApproval')).toBe(1);
    expect(times(played, 'JudgeApproval')).toBe(2);
  });

  it('by a link that was signed before the key was rotated', async () => {
    const played = await run({
      answer: 'approve',
      onState: when('RequestApproval', ({ world, clock }) => {
        void clock.sleep(30_000).then(() => {
          for (const [name, secret] of world.secrets) {
            world.secrets.set(name, rotate(secret, { id: 'version-2', value: 'k'.repeat(64) }));
          }
        });
      }),
    });
    expect(played.end).toBe('Recovered');
  });
});

describe('Somebody is missed', () => {
  const otto = 'otto@orders.example.com';

  it('by the question, and is asked seconds later, while the others are not asked again', async () => {
    const slow = () => new TooManyRequestsException({ message: 'slow', $metadata: {} });
    const played = await run({
      answer: undefined,
      arrange: ({ world }) => {
        world.ses.refusals.set(otto, slow);
      },
      onState: from(3, 'JudgeApproval', ({ world }) => {
        world.ses.refusals.clear();
      }),
    });
    expect(played.end).toBe('Expired');
    const asked = played.stage.world.ses.mails.filter(({ text }) => /^DECISION/.test(text));
    expect(asked.filter(({ to }) => to === otto)).toHaveLength(1);
    expect(asked).toHaveLength(3);
    const [first, last] = [asked[0]?.at.getTime() ?? 0, asked.at(-1)?.at.getTime() ?? 0];
    expect(last - first).toBeGreaterThanOrEqual(5000);
    expect(last - first).toBeLessThan(30_000);
  });

  it('as everybody is by an escalation: it is tried again, and ends nothing', async () => {
    const tara = { name: 'Tara Third', mail: 'tara@orders.example.com' };
    const onExpiry = { action: 'escalate', approvers: [tara], expirySeconds: 600 } as const;
    const plan = await approvalPlan();
    const { authorization } = plan;
    const notifications = plan.notifications.filter(({ kind }) => kind === 'ses');
    const lists = { ...onExpiry, approvers: [...onExpiry.approvers] };
    const patient = { ...authorization, expirySeconds: 200, reminders: 0, onExpiry: lists };
    const played = await play({
      ...{ template, answer: undefined },
      plan: { ...plan, notifications, authorization: patient },
      onState: both(
        from(2, 'JudgeApproval', ({ world }) => (world.ses.sendingEnabled = false)),
        from(6, 'JudgeApproval', ({ world }) => (world.ses.sendingEnabled = true)),
      ),
    });
    expect(played.end).toBe('Expired');
    expect(told(played, 'ESCALATED')).toBe(4);
  });
});

describe('Nobody decides', () => {
  it('and is reminded twice before it expires; every mail is in one thread', async () => {
    const played = await run({ answer: undefined });
    expect(played.end).toBe('Expired');
    expect(told(played, 'STILL WAITING')).toBe(2 * 3);
    const roots = played.stage.world.ses.mails.map(
      ({ headers }) => headers.find(({ name }) => name === 'References')?.value,
    );
    expect(new Set(roots).size).toBe(1);
    expect(played.stage.world.promotions).toBe(0);
  });

  it('and a second list is asked, over the louder channel, before it expires', async () => {
    const tara = { name: 'Tara Third', mail: 'tara@orders.example.com' };
    const onExpiry = { action: 'escalate', approvers: [tara], expirySeconds: 300 } as const;
    const played = await run(
      { answer: undefined },
      { onExpiry: { ...onExpiry, approvers: [tara] } },
    );
    expect(played.end).toBe('Expired');
    const mails = played.stage.world.ses.mails.filter(({ to }) => to === tara.mail);
    expect(mails[0]?.text).toMatch(/^ESCALATED/);
    expect(mails[0]?.text).toContain('/approvals/');
  });

  const promote = {
    action: 'promote',
    evenThough: PROMOTE_ON_EXPIRY,
    acceptedBy: 'Olga Operator',
    because: 'orders may never be down',
  } as const;

  it('and the plan says that this means yes', async () => {
    const played = await run({ answer: undefined }, { onExpiry: promote });
    expect(played.end).toBe('Recovered');
    expect(played.stage.world.promotions).toBe(1);
    expect(played.run.incident?.why).toBe('The service answers from the standby Region.');
    expect(played.run.incident?.votes).toStrictEqual([]);
  });

  it('and the plan says yes, but the primary is seen alive', async () => {
    const played = await run(
      {
        answer: undefined,
        onState: when('RequestApproval', ({ facts }) => (facts.primaryIsUp = true)),
      },
      { onExpiry: promote },
    );
    expect(played.end).toBe('StoodDown');
    expect(played.stage.world.promotions).toBe(0);
  });
});

describe('The evidence gets worse after an approval', () => {
  it('and the same people are asked anew, with links of their own', async () => {
    const played = await play({ ...(await lossGrows(1)()), template });
    expect(times(played, 'RequestApproval')).toBe(2);
    expect(told(played, 'DECISION NEEDED')).toBe(2 * 3);
    expect(played.run.incident?.votes).toHaveLength(2);
    const [first, second] = played.run.incident?.votes ?? [];
    expect(first?.evidenceDigest).not.toBe(second?.evidenceDigest);
  });
});
