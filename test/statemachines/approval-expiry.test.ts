import { TooManyRequestsException } from '@aws-sdk/client-sesv2';
import { describe, expect, it } from '@jest/globals';
import { PROMOTE_ON_EXPIRY } from '../../core/plan/authorization.ts';
import { play } from '../lab/virtual/scene.ts';
import { runAsking as run, told } from './asking.ts';
import { both, from, when } from './hooks.ts';
import { approvalPlan } from './plans.ts';

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
      answer: undefined,
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
