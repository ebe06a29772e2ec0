import { describe, expect, it } from '@jest/globals';
import { castVote } from '../../aws/approvals/cast-vote.ts';
import { readRequest } from '../../aws/approvals/request-store.ts';
import { judgeApproval } from '../../functions/judge-approval.ts';
import { requestApproval } from '../../functions/request-approval.ts';
import { brief, origin } from '../approval-samples.ts';
import { openBench, takeOver } from './support.ts';
import { sweep } from './sweep.ts';

async function prepare() {
  const bench = await openBench();
  const { plan, incident, runtime } = bench;
  bench.tokens.set('token-1', undefined).set('token-2', undefined);
  const judging = { plan, incident, brief, outageConfirmed: true, lossKnown: true };
  const { evidenceDigest, turn } = await bench.run(judgeApproval, judging);
  const yes = { decision: 'approved', reason: 'go', evidenceDigest, origin } as const;
  const voter = { name: 'Olga Operator' };
  return {
    ...bench,
    judging,
    input: { taskToken: 'token-1', plan, incident, evidenceDigest, turn },
    approve: async () => await castVote(runtime, { incidentId: incident.id, voter, ...yes }),
    read: async () => await readRequest(runtime, incident.id),
  };
}

describe('RequestApproval', () => {
  it('refuses malformed input', async () => {
    const { run, input, read } = await prepare();
    await expect(run(requestApproval, { ...input, taskToken: '' })).rejects.toMatchObject({
      name: 'InvalidInputError',
    });
    expect((await read())?.taskToken).toBeUndefined();
  });

  it.each([requestApproval.name, judgeApproval.name])(
    'refuses when another incident holds the lock, and asks nobody: %s',
    async (name) => {
      const bench = await prepare();
      await takeOver(bench, bench.incident);
      const running =
        name === judgeApproval.name
          ? bench.run(judgeApproval, bench.judging)
          : bench.run(requestApproval, bench.input);
      await expect(running).rejects.toMatchObject({ name: 'StaleEpochError' });
      expect(bench.world.deliveries).toHaveLength(0);
    },
  );

  it('refuses to ask about evidence that is not the question’s', async () => {
    const { run, input } = await prepare();
    const other = { ...input, evidenceDigest: 'b'.repeat(64) };
    await expect(run(requestApproval, other)).rejects.toMatchObject({ name: 'NotReadyError' });
  });

  it('does not fail when a reminder reaches nobody: people are deciding already', async () => {
    const { run, input, faults, world, read } = await prepare();
    await run(requestApproval, input);
    world.ses.sendingEnabled = false;
    world.slack.channels.clear();
    faults.always('rejected', 'Publish');
    await run(requestApproval, { ...input, turn: 'reminder-1' });
    expect((await read())?.told).toEqual(['first', 'reminder-1']);
  });

  it('asks the approvers, and keeps the token from them', async () => {
    const { run, input, world, read } = await prepare();
    await run(requestApproval, input);
    expect(await read()).toMatchObject({ taskToken: 'token-1', told: ['first'] });
    expect(world.deliveries[0]?.body).toContain('More could be lost than the RPO allows.');
    expect(JSON.stringify(world.deliveries)).not.toContain('token-1');
  });

  it('only waits where there is nothing to tell', async () => {
    const { run, input, world, read } = await prepare();
    await run(requestApproval, { ...input, turn: null });
    expect(world.deliveries).toEqual([]);
    expect((await read())?.taskToken).toBe('token-1');
  });

  it('wakes a task that was retried after the decision, and asks nobody again', async () => {
    const { run, input, approve, tokens, world } = await prepare();
    await run(requestApproval, input);
    tokens.delete('token-1');
    await approve();
    const before = world.deliveries.length;
    const { why } = await run(requestApproval, { ...input, taskToken: 'token-2' });
    expect(why).toBe('It was decided in the meantime.');
    expect(tokens.get('token-2')).toEqual({ look: 'at the table' });
    expect(world.deliveries).toHaveLength(before);
  });

  it('leaves the same world whatever kills it once', async () => {
    const kinds = ['crash before', 'crash after'] as const;
    await sweep(prepare, (bench) => bench.run(requestApproval, bench.input), kinds);
  });
});

describe('JudgeApproval', () => {
  it('says what became of the question', async () => {
    const { run, judging, approve } = await prepare();
    expect(await run(judgeApproval, judging)).toMatchObject({ outcome: 'ask', approval: null });
    await approve();
    const approval = { by: 'Olga Operator', human: true };
    expect(await run(judgeApproval, judging)).toMatchObject({ outcome: 'approved', approval });
  });

  it('leaves the same world whatever goes wrong once', async () => {
    await sweep(prepare, (bench) => bench.run(judgeApproval, bench.judging));
  });
});
