import { describe, expect, it } from '@jest/globals';
import type { Ballot } from '../../../aws/approvals/cast-vote.ts';
import { castVote } from '../../../aws/approvals/cast-vote.ts';
import { openRequest, readRequest, reviseRequest } from '../../../aws/approvals/request-store.ts';
import { readLedger } from '../../../aws/ledger.ts';
import { auditOf } from '../../../core/approval/audit.ts';
import type { ApprovalRequest } from '../../../core/approval/request.ts';
import { digest, olga, origin, otto, sampleRequest, sampleVote } from '../../approval-samples.ts';
import { createBench, startAt } from '../../functions/support.ts';

const yes: Ballot = {
  incidentId: 'orders-1',
  voter: { name: olga.name },
  decision: 'approved',
  reason: 'seen it',
  evidenceDigest: digest,
  origin,
};
const no: Ballot = { ...yes, voter: { slack: 'U0OTTO' }, decision: 'rejected' };

async function prepare(change: Partial<ApprovalRequest> = {}) {
  const bench = createBench();
  await openRequest(bench.runtime, sampleRequest(change));
  return {
    ...bench,
    vote: async (ballot: Partial<Ballot>) => await castVote(bench.runtime, { ...yes, ...ballot }),
    read: async () => await readRequest(bench.runtime, 'orders-1'),
    ledger: async () => await readLedger(bench.runtime, 'orders-1'),
  };
}

describe('A vote is refused, and the attempt is kept,', () => {
  it.each<[string, Partial<Ballot>, string]>([
    ['of somebody who is not on the list', { voter: { name: 'Mallory' } }, 'not-an-approver'],
    ['of an unknown Slack user', { voter: { slack: 'U0MALLORY' } }, 'not-an-approver'],
    ['of an unknown ARN', { voter: { iam: 'arn:aws:sts::1:assumed-role/x/y' } }, 'not-an-approver'],
    ['with a reason that is too long to be kept', { reason: 'x'.repeat(2001) }, 'reason-too-long'],
    ['on other evidence', { evidenceDigest: 'b'.repeat(64) }, 'superseded'],
  ])('%s', async (_, change, ruleId) => {
    const { vote, read, ledger } = await prepare();
    expect(await vote(change)).toMatchObject({ outcome: 'refused', ruleId });
    expect(await read()).toMatchObject({ votes: [], revision: 1 });
    const [entry, ...others] = await ledger();
    expect(entry).toMatchObject({ what: 'attempt-refused', entry: { ruleId, origin } });
    expect(others).toEqual([]);
  });

  it('at the very instant of the expiry', async () => {
    const { vote, read, clock } = await prepare();
    await clock.advance(1800);
    expect(await vote({})).toMatchObject({ outcome: 'refused', ruleId: 'expired' });
    expect((await read())?.decision).toBeUndefined();
  });

  it('after the decision: it says who decided and when', async () => {
    const { vote } = await prepare();
    await vote(no);
    const late = await vote({});
    expect(late).toMatchObject({ outcome: 'refused', ruleId: 'decided' });
    expect(late.why).toContain(`rejected by Otto Oncall at ${startAt}`);
  });

  it('where nothing is asked: only the log knows', async () => {
    const { vote, world } = await prepare();
    const before = world.items.size;
    expect(await vote({ incidentId: 'orders-9' })).toMatchObject({ ruleId: 'nothing-asked' });
    expect(world.items.size).toBe(before);
  });

  it('a hundred times at most: whoever floods the door does not fill the table', async () => {
    const { vote, ledger } = await prepare();
    for (let turn = 0; turn < 105; turn += 1) await vote({ voter: { name: `Mallory ${turn}` } });
    expect(await ledger()).toHaveLength(100);
    expect(await vote({})).toMatchObject({ outcome: 'decided' });
  });
});

describe('What cannot be read again', () => {
  it('is refused with what was found and what is right, and leaves the question usable', async () => {
    const { vote, read } = await prepare();
    const { why } = await vote({ reason: 'x'.repeat(2001) });
    expect(why).toMatch(/may have 2000 characters at most.*This one has 2001\./);
    expect(await vote({ reason: 'x'.repeat(2000) })).toMatchObject({ outcome: 'decided' });
    expect((await read())?.decision?.reason).toHaveLength(2000);
  });

  it('is never written into a question, whoever asks for it', async () => {
    const { runtime, read } = await prepare();
    const votes = [sampleVote({ reason: 'x'.repeat(2001) })];
    const writing = reviseRequest(runtime, 'orders-1', () => ({
      changes: { votes },
      result: undefined,
    }));
    await expect(writing).rejects.toMatchObject({ name: 'ZodError' });
    expect(await read()).toMatchObject({ votes: [], revision: 1 });
  });

  it.each(['Mallory', olga.name])(
    'is cut where it only says where a vote of %s came from',
    async (name) => {
      const { vote, ledger } = await prepare();
      const identity = `arn:aws:iam::111122223333:user/${'department/'.repeat(46)}olga`;
      const long = { channel: 'cli', identity, address: 'a'.repeat(101), agent: 'b'.repeat(301) };
      await vote({ voter: { name }, origin: { ...long, channel: 'cli' } });
      const { votes, refusedAttempts } = auditOf(await ledger());
      const [line, ...others] = [...votes, ...refusedAttempts];
      expect(others).toEqual([]);
      expect(line?.origin.identity).toBe(identity.slice(0, 300));
    },
  );
});

describe('The record of refused attempts', () => {
  it.each<[string, Ballot['voter']]>([
    ['Slack', { slack: 'U0MALLORY' }],
    ['AWS', { iam: 'arn:aws:sts::111122223333:assumed-role/x/mallory' }],
  ])('keeps an approver although %s knows somebody who tried too often', async (_, voter) => {
    const { vote, ledger } = await prepare();
    for (let turn = 0; turn < 101; turn += 1) await vote({ voter });
    await vote({ evidenceDigest: 'b'.repeat(64) });
    const { refusedAttempts } = auditOf(await ledger());
    expect(refusedAttempts).toHaveLength(101);
    expect(refusedAttempts.filter(({ who }) => who === olga.name)).toHaveLength(1);
  });
});

describe('A vote is counted', () => {
  it('with its line in the ledger, and decides', async () => {
    const { vote, read, ledger } = await prepare();
    expect(await vote({})).toMatchObject({ outcome: 'decided', ruleId: 'approved' });
    const decision = { decision: 'approved', by: olga.name, reason: 'seen it', decidedAt: startAt };
    expect((await read())?.decision).toEqual({ ...decision, evidenceDigest: digest });
    const lines = (await ledger()).map(({ what }) => what);
    expect(lines.toSorted()).toEqual(['approval-decided', 'vote']);
  });

  it.each([{ name: otto.name }, { slack: 'U0OTTO' }, { iam: otto.iam ?? '' }])(
    'for the same person by %j',
    async (voter) => {
      const { vote } = await prepare();
      expect((await vote({ voter })).request?.decision?.by).toBe(otto.name);
    },
  );

  it('once, however often it is given and over however many channels', async () => {
    const { vote, read, ledger } = await prepare({ approvalsNeeded: 2 });
    expect(await vote({})).toMatchObject({ outcome: 'counted', ruleId: 'more-needed' });
    for (const voter of [{ name: olga.name }, { slack: 'U0OLGA' }, { iam: olga.iam ?? '' }]) {
      expect(await vote({ voter })).toMatchObject({ outcome: 'counted', ruleId: 'counted-before' });
    }
    expect((await read())?.votes).toHaveLength(1);
    expect(await ledger()).toHaveLength(1);
    expect(await vote({ voter: { name: otto.name } })).toMatchObject({ outcome: 'decided' });
    expect((await read())?.decision?.by).toBe('Olga Operator, Otto Oncall');
  });

  it('as a no after a yes of the same person: that ends it', async () => {
    const { vote, read } = await prepare({ approvalsNeeded: 2 });
    await vote({});
    expect(await vote({ decision: 'rejected' })).toMatchObject({ ruleId: 'rejected' });
    expect((await read())?.decision).toMatchObject({ decision: 'rejected', by: olga.name });
  });

  it('for one of yes and no at the same instant, a hundred times', async () => {
    for (let turn = 0; turn < 100; turn += 1) {
      const { vote, read, ledger } = await prepare();
      const both = turn % 2 === 0 ? [yes, no] : [no, yes];
      const counts = await Promise.all(both.map(async (ballot) => await vote(ballot)));
      expect(counts.map(({ outcome }) => outcome).toSorted()).toEqual(['decided', 'refused']);
      const decided = (await ledger()).filter(({ what }) => what === 'approval-decided');
      expect(decided).toHaveLength(1);
      expect(decided[0]?.entry).toEqual((await read())?.decision);
    }
  });

  it('of everybody, where ten vote at the same instant and ten are needed', async () => {
    const approvers = Array.from({ length: 10 }, (_, index) => ({ name: `Person ${index}` }));
    const { vote, read } = await prepare({ approvers, approvalsNeeded: 10 });
    const all = approvers.map(async ({ name }) => await vote({ voter: { name } }));
    const outcomes = (await Promise.all(all)).map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === 'decided')).toHaveLength(1);
    expect((await read())?.votes).toHaveLength(10);
  });

  it.each(['crash before', 'crash after', 'reply lost', 'request lost'] as const)(
    'once, when it is given again after: %s',
    async (kind) => {
      const { vote, read, faults, ledger } = await prepare();
      faults.inject(kind, 1, 'TransactWriteItems');
      await expect(vote({})).rejects.toThrow();
      faults.revive();
      expect(await vote({})).toMatchObject({ outcome: 'decided' });
      expect((await read())?.votes).toHaveLength(1);
      expect(await ledger()).toHaveLength(2);
    },
  );
});
