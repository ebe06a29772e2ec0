import { describe, expect, it } from '@jest/globals';
import { createIncidentStore } from '../../aws/incident-store.ts';
import { readLedger } from '../../aws/ledger.ts';
import { closeIncident } from '../../functions/close-incident.ts';
import { fencePrimary } from '../../functions/fence-primary.ts';
import { onExecutionStatusChange } from '../../functions/on-execution-status-change.ts';
import { warmUpCompute } from '../../functions/warm-up-compute.ts';
import type { World } from '../../lab/world/world.ts';
import { brief } from '../approval-samples.ts';
import { createBench, executionArn, openBench, silence, startAt, takeOver } from './support.ts';
import { sweep } from './sweep.ts';

const eventOf = (status: string, more: object = {}) => ({
  source: 'aws.states',
  detail: { executionArn: executionArn(), status, input: '{}', ...more },
});
const ended = eventOf('ABORTED');

async function prepare() {
  const bench = await openBench();
  return { ...bench, store: createIncidentStore(bench.runtime) };
}

/** The deduplication keys of what was told in Slack. */
const keysOf = ({ items }: World): string[] =>
  [...items.keys()].flatMap((key) => /\|SENT#(.+)#chat$/.exec(key)?.[1] ?? []);

describe('OnExecutionStatusChange', () => {
  it.each([
    ['a run that goes on', eventOf('RUNNING')],
    ['a run that ended well', eventOf('SUCCEEDED')],
    ['an event without detail', {}],
    ['an execution without a name', { detail: { status: 'FAILED' } }],
  ])('refuses %s', async (_, event) => {
    const { run, world } = await prepare();
    await expect(run(onExecutionStatusChange, event)).rejects.toMatchObject({
      name: 'InvalidInputError',
    });
    expect(world.deliveries).toHaveLength(0);
  });

  it.each(['FAILED', 'TIMED_OUT', 'ABORTED'])('announces %s and frees the plan', async (status) => {
    const { run, store, world, runtime, incident } = await prepare();
    const event = eventOf(status, { error: 'States.Runtime', cause: 'no such variable' });
    await run(onExecutionStatusChange, event);
    expect(await store.readLock('orders')).toMatchObject({ status: 'closed' });
    expect(world.deliveries.map(({ channel }) => channel)).toEqual(['mail', 'slack', 'slack']);
    expect(world.deliveries.at(-1)).toMatchObject({
      subject: `[orders] Workflow ${status}: ${incident.id}`,
      body: expect.stringContaining('Error: States.Runtime\nCause: no such variable'),
    });
    const entries = await readLedger(runtime, incident.id);
    expect(entries.map(({ what }) => what)).toContain('execution-ended');
  });

  it.each([
    ['prod-failover', 'The failover workflow ended as FAILED.', false],
    ['prod-switchover', 'The switchover workflow ended as FAILED.', false],
    ['prod-reconcile', 'The reconciliation workflow ended as FAILED.', true],
  ])('names the workflow of %s', async (machine, words, isRepeatable) => {
    const { run, world } = createBench();
    const executionArn = `arn:aws:states:eu-central-1:111122223333:execution:${machine}:one`;
    await run(onExecutionStatusChange, { detail: { executionArn, status: 'FAILED' } });
    const body = world.deliveries[0]?.body ?? '';
    expect(body).toContain(words);
    expect(body.includes('Start it again: failover reconcile PLAN')).toBe(isRepeatable);
  });

  it('announces a run that died before it opened an incident, each under its own key', async () => {
    const { run, world } = createBench();
    for (const number of [1, 2]) {
      const detail = { executionArn: executionArn(number), status: 'FAILED', error: null };
      await run(onExecutionStatusChange, { detail });
    }
    expect(world.deliveries[0]?.subject).toBe('[orders] Workflow FAILED: no incident');
    expect(keysOf(world)).toEqual([`${executionArn(1)}#ended`, `${executionArn(2)}#ended`]);
  });

  it('names what a stopped run may have left behind', async () => {
    const { run, plan, incident, world } = await prepare();
    const compute = plan.compute[0];
    await run(warmUpCompute, { plan, incident, compute });
    await run(fencePrimary, {
      plan,
      incident,
      approvedByHuman: false,
      brief,
      afterPromotion: false,
    });
    await run(onExecutionStatusChange, ended);
    const body = world.deliveries[0]?.body;
    expect(body).toContain('Left to do: It was begun and may not be undone: fence dns.');
    expect(body).toContain('may not be undone: warm-up of web.');
    // The old primary's Region did not answer: nothing was begun there.
    expect(body).not.toContain('fence database');
  });

  it('names a promotion that a stopped run asked for, and keeps the cool-down', async () => {
    const { run, store, incident, world } = await prepare();
    await store.recordPromotionIntent(incident, 'orders');
    await run(onExecutionStatusChange, ended);
    expect(world.deliveries[0]?.body).toContain(`Promotion of orders was asked for at ${startAt}`);
    expect(await store.readLock('orders')).toMatchObject({ promotedAt: startAt });
  });

  it('tells everybody when the table does not answer, and fails, to be tried again', async () => {
    const { run, store, faults, world, incident } = await prepare();
    faults.always('throttled', 'GetItem');
    await expect(run(onExecutionStatusChange, ended)).rejects.toMatchObject({
      name: 'ThrottlingException',
    });
    expect(world.deliveries[0]?.body).toContain('What was left behind is not known');
    faults.revive();
    await run(onExecutionStatusChange, ended);
    expect(await store.readLock('orders')).toMatchObject({ status: 'closed' });
    expect(world.deliveries.at(-1)?.body).toContain('ABORTED');
    expect(keysOf(world).at(-1)).toBe(`${incident.id}#ended`);
  });

  it('frees a plan that is not deployed any more, and fails: there is nobody to tell', async () => {
    const { run, runtime, plan, store } = await prepare();
    Object.assign(runtime, { loadPlans: async () => [{ ...plan, name: 'other' }] });
    await expect(run(onExecutionStatusChange, ended)).rejects.toThrow('named orders');
    expect(await store.readLock('orders')).toMatchObject({ status: 'closed' });
  });

  it('fails when nobody could be told', async () => {
    const bench = await prepare();
    const { run } = bench;
    silence(bench);
    await expect(run(onExecutionStatusChange, ended)).rejects.toMatchObject({
      name: 'NobodyToldError',
    });
  });

  it('tells nobody again when the run told of its own ending', async () => {
    const { run, plan, incident, world } = await prepare();
    const lists = { warmUps: [], promotions: [], capacity: [], traffic: [] };
    const failure = { error: 'NotPromoted', why: 'refused' };
    const none = { observation: null, decision: null, fence: null, refence: null };
    const rest = { standby: null, service: null, undo: null, failure };
    await run(closeIncident, { plan, incident, outcome: 'failed', ...lists, ...none, ...rest });
    const before = world.deliveries.length;
    const { told } = await run(onExecutionStatusChange, eventOf('FAILED'));
    expect([told, world.deliveries.length]).toEqual([[], before]);
  });

  it('leaves a newer incident’s lock alone', async () => {
    const bench = await prepare();
    const newer = await takeOver(bench, bench.incident);
    await bench.run(onExecutionStatusChange, ended);
    expect(await bench.store.readLock('orders')).toMatchObject({
      incidentId: newer.id,
      status: 'open',
    });
  });

  it('leaves the same world whatever kills it once', async () => {
    const kinds = ['crash before', 'crash after'] as const;
    await sweep(prepare, (bench) => bench.run(onExecutionStatusChange, ended), kinds);
  });
});
