import { describe, expect, it } from '@jest/globals';
import { decideApproval, readApproval } from '../../aws/approval-store.ts';
import { requestApproval } from '../../functions/request-approval.ts';
import { openBench, takeOver } from './support.ts';
import { sweep } from './sweep.ts';

async function prepare() {
  const bench = await openBench();
  const { plan, incident, runtime } = bench;
  bench.tokens.set('token-1', undefined).set('token-2', undefined);
  const evidenceDigest = 'a'.repeat(64);
  const ask = { question: 'More could be lost.', evidence: ['down'], evidenceDigest };
  const yes = { decision: 'approved', by: 'olga', reason: 'go', evidenceDigest } as const;
  return {
    ...bench,
    input: { taskToken: 'token-1', plan, incident, ...ask },
    approve: async () => await decideApproval(runtime, incident.id, yes),
    read: async () => await readApproval(runtime, incident.id),
  };
}

describe('RequestApproval', () => {
  it('refuses malformed input', async () => {
    const { run, input, read } = await prepare();
    await expect(run(requestApproval, { ...input, taskToken: '' })).rejects.toMatchObject({
      name: 'InvalidInputError',
    });
    expect(await read()).toBeUndefined();
  });

  it('refuses when another incident holds the lock, and asks nobody', async () => {
    const bench = await prepare();
    await takeOver(bench, bench.incident);
    await expect(bench.run(requestApproval, bench.input)).rejects.toMatchObject({
      name: 'StaleEpochError',
    });
    expect(bench.world.deliveries).toHaveLength(0);
  });

  it('fails when nobody could be asked', async () => {
    const { run, input, faults, world } = await prepare();
    faults.always('rejected', 'Publish');
    world.parameters.delete('/failover/orders/slack-webhook');
    await expect(run(requestApproval, input)).rejects.toMatchObject({ name: 'NobodyToldError' });
  });

  it('asks the approvers, and keeps the token from them', async () => {
    const { run, input, world, read } = await prepare();
    const { expiresAt } = await run(requestApproval, input);
    expect(expiresAt).toBe('2026-10-02T17:06:45.000Z');
    expect(await read()).toMatchObject({ taskToken: 'token-1', approvers: expect.any(Array) });
    expect(world.deliveries[0]?.body).toContain('More could be lost.\n- down');
    expect(JSON.stringify(world.deliveries)).not.toContain('token-1');
  });

  it('replaces the token of a task that was retried', async () => {
    const { run, input, approve, tokens } = await prepare();
    await run(requestApproval, input);
    await run(requestApproval, { ...input, taskToken: 'token-2' });
    expect(await approve()).toMatchObject({ delivered: true });
    expect([tokens.get('token-1'), tokens.get('token-2')]).toMatchObject([
      undefined,
      { decision: 'approved' },
    ]);
  });

  it('hands the decision to a task that was retried after it, and asks nobody again', async () => {
    const { run, input, approve, tokens, world } = await prepare();
    await run(requestApproval, input);
    tokens.delete('token-1');
    await approve();
    const before = world.deliveries.length;
    const { why } = await run(requestApproval, { ...input, taskToken: 'token-2' });
    expect(why).toBe('olga decided before.');
    expect(tokens.get('token-2')).toMatchObject({ decision: 'approved' });
    expect(world.deliveries).toHaveLength(before);
  });

  it('leaves the same world whatever kills it once', async () => {
    const kinds = ['crash before', 'crash after'] as const;
    await sweep(prepare, (bench) => bench.run(requestApproval, bench.input), kinds);
  });
});
