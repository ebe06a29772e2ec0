import { describe, expect, it } from '@jest/globals';
import { castVote } from '../../../aws/approvals/cast-vote.ts';
import { judgeRequest } from '../../../aws/approvals/judge-request.ts';
import { readRequest, reviseRequest } from '../../../aws/approvals/request-store.ts';
import { storeToken } from '../../../aws/approvals/wake.ts';
import { readLedger } from '../../../aws/ledger.ts';
import { PROMOTE_ON_EXPIRY } from '../../../core/plan/authorization.ts';
import { brief, origin } from '../../approval-samples.ts';
import { drillPlan, openBench } from '../../functions/support.ts';

const third = { name: 'Tara Third', slack: 'U0TARA' };
const policies = {
  stop: { action: 'stop' },
  escalate: { action: 'escalate', approvers: [third], expirySeconds: 60 },
  promote: {
    action: 'promote',
    evenThough: PROMOTE_ON_EXPIRY,
    acceptedBy: 'Olga Operator',
    because: 'orders may never be down',
  },
} as const;

async function prepare(policy: keyof typeof policies = 'stop', more: object = {}) {
  const authorization = {
    ...drillPlan().authorization,
    ...{ expirySeconds: 120, onExpiry: policies[policy] },
    ...more,
  };
  const plan = drillPlan({ authorization });
  const bench = await openBench(plan);
  const { runtime, incident } = bench;
  const vote = async (name: string, decision: 'approved' | 'rejected' = 'approved') => {
    const evidenceDigest = (await readRequest(runtime, incident.id))?.evidenceDigest ?? '';
    const ballot = { decision, reason: '', evidenceDigest, origin, voter: { name } };
    return await castVote(runtime, { incidentId: incident.id, ...ballot });
  };
  return {
    ...bench,
    vote,
    judge: async (change: object = {}, outageConfirmed = true) =>
      await judgeRequest(runtime, plan, incident, {
        brief: { ...brief, ...change },
        outageConfirmed,
        lossKnown: true,
      }),
    /** What RequestApproval does when it has told people. */
    tell: async () =>
      await reviseRequest(runtime, incident.id, () => ({
        changes: { told: ['first'], asked: ['Olga Operator', 'Otto Oncall'] },
        result: undefined,
      })),
    read: async () => await readRequest(runtime, incident.id),
    ledger: async () => (await readLedger(runtime, incident.id)).map(({ what }) => what),
  };
}

describe('A question that nobody answers', () => {
  it('expires, once and for all: a later vote is told so', async () => {
    const { judge, vote, clock, ledger } = await prepare();
    expect(await judge()).toMatchObject({ outcome: 'ask', turn: 'first', waitSeconds: 40 });
    await clock.advance(120);
    expect(await judge()).toMatchObject({ outcome: 'expired', approval: null });
    expect(await vote('Olga Operator')).toMatchObject({ outcome: 'refused', ruleId: 'decided' });
    expect(await judge()).toMatchObject({ outcome: 'expired', ruleId: 'expired' });
    expect((await ledger()).filter((what) => what === 'approval-decided')).toHaveLength(1);
  });

  it('is put to the second list as well, and expires after that', async () => {
    const { judge, vote, clock, read } = await prepare('escalate');
    await judge();
    expect(await vote(third.name)).toMatchObject({ ruleId: 'not-an-approver' });
    await clock.advance(120);
    expect(await judge()).toMatchObject({ outcome: 'ask', ruleId: 'expiry-escalates' });
    const names = (await read())?.approvers.map(({ name }) => name);
    expect(names).toEqual(['Olga Operator', 'Otto Oncall', 'Tara Third']);
    await clock.advance(60);
    expect(await judge()).toMatchObject({ outcome: 'expired' });
    expect(await judge()).toMatchObject({ outcome: 'expired' });
  });

  it('is decided by the second list after the escalation', async () => {
    const { judge, vote, clock } = await prepare('escalate');
    await judge();
    await clock.advance(121);
    expect(await judge()).toMatchObject({ turn: 'escalation', outcome: 'ask' });
    expect(await vote(third.name)).toMatchObject({ outcome: 'decided' });
    expect(await judge()).toMatchObject({ outcome: 'approved', approval: { by: third.name } });
  });

  it('promotes only where the plan says so, and never as if a human had agreed', async () => {
    const { judge, clock, tell } = await prepare('promote');
    await judge();
    await tell();
    await clock.advance(120);
    const judged = await judge();
    expect(judged).toMatchObject({ outcome: 'approved', ruleId: 'expiry-promotes' });
    expect(judged.approval).toMatchObject({ human: false, by: "the plan's rule for an expiry" });
    expect(await judge()).toMatchObject({ outcome: 'approved', approval: { human: false } });
  });

  it('promotes by the plan alone where one of two people said yes: that is no human decision', async () => {
    const { judge, vote, clock, tell } = await prepare('promote', { requiredApprovals: 2 });
    await judge();
    await tell();
    await vote('Olga Operator');
    await clock.advance(120);
    expect(await judge()).toMatchObject({ outcome: 'approved', approval: { human: false } });
  });

  it('never promotes on the silence of people who were never asked', async () => {
    const { judge, clock } = await prepare('promote');
    await judge();
    await clock.advance(120);
    expect(await judge()).toMatchObject({ outcome: 'expired', ruleId: 'expiry-without-asking' });
  });

  it.each([
    ['the outage is not confirmed', {}, false],
    ['it is about an unfenced primary', { subject: 'unfenced' }, true],
  ] as const)('never promotes where %s', async (_, change, confirmed) => {
    const { judge, clock, tell } = await prepare('promote');
    await judge(change, confirmed);
    await tell();
    await clock.advance(120);
    expect(await judge(change, confirmed)).toMatchObject({ outcome: 'expired' });
  });
});

describe('A question', () => {
  it('keeps its votes when it is opened again, and loses them to new evidence', async () => {
    const { judge, vote, read } = await prepare('stop', { requiredApprovals: 2 });
    await judge();
    await vote('Olga Operator');
    expect(await judge()).toMatchObject({ outcome: 'ask' });
    expect((await read())?.votes).toHaveLength(1);
    await judge({ loss: 'The writes of the last 90 s.' });
    expect(await read()).toMatchObject({ votes: [], number: 2 });
    await vote('Otto Oncall');
    expect(await judge({ loss: 'The writes of the last 90 s.' })).toMatchObject({ outcome: 'ask' });
  });

  it('is given up when the evidence changes for the fourth time', async () => {
    const { judge } = await prepare();
    for (const loss of ['1', '2', '3'])
      expect(await judge({ loss })).toMatchObject({ outcome: 'ask' });
    expect(await judge({ loss: '4' })).toMatchObject({
      outcome: 'refused',
      ruleId: 'evidence-keeps-changing',
    });
  });

  it('needs two people where the plan says not only one', async () => {
    const { judge, vote } = await prepare('stop', { notOnlyOnePerson: true });
    await judge();
    await vote('Olga Operator');
    expect(await judge()).toMatchObject({ outcome: 'ask' });
    await vote('Otto Oncall');
    const by = 'Olga Operator, Otto Oncall';
    expect(await judge()).toMatchObject({ outcome: 'approved', approval: { by, human: true } });
  });

  it('ends with the first no', async () => {
    const { judge, vote } = await prepare('stop', { requiredApprovals: 2 });
    await judge();
    await vote('Olga Operator');
    await vote('Otto Oncall', 'rejected');
    const judged = await judge();
    expect(judged).toMatchObject({ outcome: 'rejected', approval: null });
    expect(judged.why).toContain('Rejected by Otto Oncall');
  });
});

describe('The token of the waiting state', () => {
  it('is not taken for other evidence', async () => {
    const { judge, runtime, incident } = await prepare();
    await judge();
    await expect(storeToken(runtime, incident.id, 'other', 't')).rejects.toMatchObject({
      name: 'NotReadyError',
    });
  });

  it('wakes the state at once where the vote came before it', async () => {
    const { judge, vote, runtime, incident, tokens } = await prepare();
    const { evidenceDigest } = await judge();
    await vote('Olga Operator');
    tokens.set('token-7', undefined);
    await storeToken(runtime, incident.id, evidenceDigest, 'token-7');
    expect(tokens.get('token-7')).toEqual({ look: 'at the table' });
    // The state that was waiting before is over: that is no failure.
    await storeToken(runtime, incident.id, evidenceDigest, 'token-6');
  });
});
