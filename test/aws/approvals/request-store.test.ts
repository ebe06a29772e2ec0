import { describe, expect, it } from '@jest/globals';
import type { ApprovalDecision } from '../../aws/approval-store.ts';
import { decideApproval, openApproval, readApproval } from '../../aws/approval-store.ts';
import { readLedger } from '../../aws/ledger.ts';
import { createBench, startAt } from '../functions/support.ts';

const request = {
  taskToken: 'token-1',
  question: 'More could be lost than the RPO allows.',
  evidenceDigest: 'digest-a',
  requestedAt: startAt,
  expiresAt: '2026-10-02T17:34:45.000Z',
  evidence: [],
  approvers: ['Olga Operator'],
};
const yes = { decision: 'approved', by: 'olga', reason: 'go', evidenceDigest: 'digest-a' } as const;
const no = { ...yes, decision: 'rejected', by: 'otto' } as const;

async function prepare() {
  const bench = createBench();
  bench.tokens.set('token-1', undefined).set('token-2', undefined);
  await openApproval(bench.runtime, 'i', request);
  const decide = (decision: Omit<ApprovalDecision, 'decidedAt'>) =>
    decideApproval(bench.runtime, 'i', decision);
  return { ...bench, decide };
}

describe('A decision is refused', () => {
  it('when nothing is asked', async () => {
    const { runtime } = createBench();
    await expect(decideApproval(runtime, 'i', yes)).rejects.toMatchObject({
      name: 'NotReadyError',
      message: 'Incident i asks for no approval.',
    });
  });

  it.each([
    ['at the very instant', 1800],
    ['an hour later', 5400],
  ])('after the expiry, %s', async (_, seconds) => {
    const { decide, clock, tokens } = await prepare();
    await clock.advance(seconds);
    await expect(decide(yes)).rejects.toThrow(/the question expired at 2026-10-02T17:34:45/);
    expect(tokens.get('token-1')).toBeUndefined();
  });

  it('on evidence that is not the question’s any more', async () => {
    const { decide, runtime, tokens } = await prepare();
    await openApproval(runtime, 'i', {
      ...request,
      taskToken: 'token-2',
      evidenceDigest: 'digest-b',
    });
    await expect(decide(yes)).rejects.toThrow('it is about newer evidence by now');
    expect([...tokens.values()]).toEqual([undefined, undefined]);
  });

  it('on old evidence, also by who decided on the new one already', async () => {
    const { decide, runtime } = await prepare();
    const newer = { ...request, taskToken: 'token-2', evidenceDigest: 'digest-b' };
    await openApproval(runtime, 'i', newer);
    await decide({ ...yes, evidenceDigest: 'digest-b' });
    await expect(decide(yes)).rejects.toMatchObject({ name: 'NotReadyError' });
  });

  it('after somebody else decided, whatever they said', async () => {
    const { decide, tokens } = await prepare();
    await decide(no);
    await expect(decide(yes)).rejects.toThrow(/was rejected by otto at .*first decision counts/);
    await expect(decide({ ...no, decision: 'approved' })).rejects.toThrow('was rejected by otto');
    expect(tokens.get('token-1')).toMatchObject({ decision: 'rejected' });
  });

  it('for one of two at the same instant, a hundred times', async () => {
    for (let turn = 0; turn < 100; turn += 1) {
      const { decide, runtime, tokens } = await prepare();
      const both = turn % 2 === 0 ? [yes, no] : [no, yes];
      const results = await Promise.allSettled(both.map((each) => decide(each)));
      const won = results.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
      expect(won).toHaveLength(1);
      expect((await readApproval(runtime, 'i'))?.decision?.by).toBe(won[0]?.by);
      expect(tokens.get('token-1')).toMatchObject({ by: won[0]?.by });
    }
  });
});

describe('A decision reaches the workflow', () => {
  it('and the ledger', async () => {
    const { decide, runtime, tokens } = await prepare();
    const decided = await decide(yes);
    expect(decided).toMatchObject({ ...yes, decidedAt: startAt, delivered: true });
    expect(tokens.get('token-1')).toEqual({ ...yes, decidedAt: startAt });
    const [entry] = await readLedger(runtime, 'i');
    expect(entry).toMatchObject({ what: 'approval-decided', entry: { by: 'olga' } });
  });

  it.each([
    ['crash after', 'UpdateItem'],
    ['reply lost', 'UpdateItem'],
    ['crash before', 'SendTaskSuccess'],
    ['request lost', 'SendTaskSuccess'],
    ['crash after', 'SendTaskSuccess'],
    ['crash before', 'PutItem'],
  ] as const)('when it is given again after %s at %s', async (kind, command) => {
    const { decide, faults, tokens, clock } = await prepare();
    faults.inject(kind, 1, command);
    await expect(decide(yes)).rejects.toThrow();
    faults.revive();
    await clock.advance(7200);
    expect(await decide(yes)).toMatchObject({ by: 'olga', decidedAt: startAt });
    expect(tokens.get('token-1')).toMatchObject({ decision: 'approved', decidedAt: startAt });
  });

  it('under the new token, when the task was retried before the decision', async () => {
    const { decide, runtime, tokens } = await prepare();
    tokens.delete('token-1');
    await openApproval(runtime, 'i', { ...request, taskToken: 'token-2' });
    expect(await decide(yes)).toMatchObject({ delivered: true });
    expect(tokens.get('token-2')).toMatchObject({ by: 'olga' });
  });

  it('under the new token, when the task is retried after the decision', async () => {
    const { decide, runtime, tokens } = await prepare();
    tokens.delete('token-1');
    expect(await decide(yes)).toMatchObject({ delivered: false });
    const decided = await openApproval(runtime, 'i', { ...request, taskToken: 'token-2' });
    expect(decided).toMatchObject({ by: 'olga' });
    expect(tokens.get('token-2')).toMatchObject({ decision: 'approved' });
  });

  it('under the new token, when the task is retried in the middle of the decision', async () => {
    for (let before = 0; before < 150; before += 3) {
      const { decide, runtime, tokens } = await prepare();
      tokens.delete('token-1');
      const deciding = decide(yes);
      for (let turn = 0; turn < before; turn += 1) await Promise.resolve();
      await Promise.all([
        deciding,
        openApproval(runtime, 'i', { ...request, taskToken: 'token-2' }),
      ]);
      expect(tokens.get('token-2')).toMatchObject({ by: 'olga' });
    }
  });

  it('never as an answer to another question', async () => {
    const { decide, runtime } = await prepare();
    await decide(yes);
    const newer = { ...request, taskToken: 'token-2', evidenceDigest: 'digest-b' };
    expect(await openApproval(runtime, 'i', newer)).toBeUndefined();
    expect((await readApproval(runtime, 'i'))?.decision).toBeUndefined();
  });
});
