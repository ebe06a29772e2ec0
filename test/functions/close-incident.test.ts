import { describe, expect, it } from '@jest/globals';
import { castVote } from '../../aws/approvals/cast-vote.ts';
import { openRequest, readRequest } from '../../aws/approvals/request-store.ts';
import { createIncidentStore } from '../../aws/incident-store.ts';
import { readLedger } from '../../aws/ledger.ts';
import { closeIncident } from '../../functions/close-incident.ts';
import { digest, olga, origin, sampleRequest } from '../approval-samples.ts';
import { openBench, silence, startAt, takeOver } from './support.ts';
import { sweep } from './sweep.ts';

const nothing = {
  observation: null,
  decision: null,
  warmUps: [],
  fence: null,
  refence: null,
  promotions: [],
  capacity: [],
  standby: null,
  traffic: [],
  service: null,
  undo: null,
  failure: null,
};
const failure = { error: 'DeadlineExceededError', why: 'orders: too late' };
const reportKey = 'reports/incidents/orders/orders-20261002t170445z-1.json';

async function prepare() {
  const bench = await openBench();
  const { plan, incident } = bench;
  const input = { plan, incident, outcome: 'failed', ...nothing, failure };
  return { ...bench, input, store: createIncidentStore(bench.runtime) };
}

describe('CloseIncident', () => {
  it.each([
    ['an outcome that is none', { outcome: 'fine' }],
    ['no list of promotions', { promotions: undefined }],
    ['a failure without a name', { failure: { why: 'no name' } }],
  ])('refuses malformed input: %s', async (_, change) => {
    const { run, input, world } = await prepare();
    await expect(run(closeIncident, { ...input, ...change })).rejects.toMatchObject({
      name: 'InvalidInputError',
    });
    expect(world.deliveries).toHaveLength(0);
  });

  it('says until when its own undo may still open a fence', async () => {
    const { run, input, store, incident, clock } = await prepare();
    await store.snapshotOnce(incident, 'fence#database', { rules: [] });
    await run(closeIncident, input);
    const until = new Date(clock.now().getTime() + 300_000).toISOString();
    expect(await store.readLock('orders')).toMatchObject({ settlesAt: until });
  });

  it.each([
    ['no fence was begun', false],
    ['a promotion was asked for, which forbids every undo', true],
  ])('lets the next incident fence at once: %s', async (_, isPromoted) => {
    const { run, input, store, incident } = await prepare();
    if (isPromoted) {
      await store.snapshotOnce(incident, 'fence#database', { rules: [] });
      await store.recordPromotionIntent(incident, 'orders');
    }
    await run(closeIncident, input);
    expect(await store.readLock('orders')).not.toHaveProperty('settlesAt');
  });

  it('ends a question that is still open: a later vote is told so', async () => {
    const { run, input, runtime, incident } = await prepare();
    await openRequest(runtime, sampleRequest({ incidentId: incident.id }));
    await run(closeIncident, input);
    const late = { incidentId: incident.id, voter: { name: olga.name }, evidenceDigest: digest };
    const vote = { ...late, decision: 'approved', reason: '', origin } as const;
    expect(await castVote(runtime, vote)).toMatchObject({ outcome: 'refused', ruleId: 'decided' });
    expect((await readRequest(runtime, incident.id))?.decision).toMatchObject({
      decision: 'expired',
      by: 'the end of the run',
    });
  });

  it('fails loudly when nobody could be told, after everything else is done', async () => {
    const bench = await prepare();
    const { run, input, store, world } = bench;
    silence(bench);
    await expect(run(closeIncident, input)).rejects.toMatchObject({
      name: 'NobodyToldError',
      message: expect.stringMatching(
        /reached nobody\. mail: .*; chat: .*not_in_channel.*; oncall: AccessDenied/,
      ),
    });
    expect(await store.readLock('orders')).toMatchObject({ status: 'closed' });
    expect(world.objects.has(reportKey)).toBe(true);
  });

  it('is content with one channel that works', async () => {
    const bench = await prepare();
    silence(bench);
    bench.world.slack.channels.add('C0ORDERS');
    expect(await bench.run(closeIncident, bench.input)).toMatchObject({ told: ['chat'] });
  });

  it('tells the fallback what a channel failed to take', async () => {
    const { run, input, world } = await prepare();
    world.ses.sendingEnabled = false;
    expect(await run(closeIncident, input)).toMatchObject({ told: ['chat', 'oncall'] });
  });

  it.each(['rejected', 'throttled', 'request lost'] as const)(
    'closes and tells when the report cannot be written: %s',
    async (kind) => {
      const { run, input, faults, store, runtime, world, incident } = await prepare();
      faults.always(kind, 'PutObject');
      const report = await run(closeIncident, input);
      expect(report.leftovers).toEqual([
        expect.stringMatching(/^The report could not be written to incidents\/orders\/.*json: /),
      ]);
      expect(await store.readLock('orders')).toMatchObject({ status: 'closed' });
      expect(world.deliveries[0]?.body).toContain('Left to do: The report could not be written');
      const entries = await readLedger(runtime, incident.id);
      expect(entries.map(({ what }) => what)).toContain('closed');
    },
  );

  it('says that a promotion was asked for and never seen to come about', async () => {
    const { run, input, store, incident, world } = await prepare();
    await store.recordPromotionIntent(incident, 'orders');
    const { leftovers } = await run(closeIncident, input);
    expect(leftovers).toEqual([
      expect.stringContaining(`Promotion of orders was asked for at ${startAt} and not seen`),
      expect.stringContaining('The old primary is not confirmed fenced'),
      expect.stringContaining('until the cool-down ends and a human acknowledges'),
    ]);
    expect(world.deliveries[0]?.subject).toContain('FAILED: look at it now');
  });

  it('does not doubt a promotion that was seen', async () => {
    const { run, input, store, incident } = await prepare();
    await store.recordPromotionIntent(incident, 'orders');
    const promotions = [{ at: startAt, why: 'orders: is a writer' }];
    const { leftovers } = await run(closeIncident, { ...input, promotions });
    expect(leftovers.join()).not.toContain('Promotion of orders');
  });

  it('leaves a newer incident’s lock alone, and tells of its own ending', async () => {
    const bench = await prepare();
    const newer = await takeOver(bench, bench.incident);
    await bench.run(closeIncident, bench.input);
    expect(await bench.store.readLock('orders')).toMatchObject({
      incidentId: newer.id,
      status: 'open',
    });
    expect(bench.world.ses.mails[0]?.subject).toContain(bench.incident.id);
  });

  it('measures a recovery, and gives the lock back with its outcome', async () => {
    const { run, input, store, clock } = await prepare();
    await clock.advance(60);
    const service = { at: clock.now().toISOString(), why: 'GET: 200', verified: true };
    const recovered = { ...input, outcome: 'recovered', failure: null, service };
    const report = await run(closeIncident, recovered);
    expect(report).toMatchObject({ outcome: 'recovered', rto: { measuredSeconds: 75 } });
    expect(report.why).toBe('The service answers from the standby Region.');
    expect(await store.readLock('orders')).toMatchObject({ status: 'closed' });
  });

  it('leaves the same world whatever kills it once', async () => {
    const kinds = ['crash before', 'crash after'] as const;
    await sweep(prepare, (bench) => bench.run(closeIncident, bench.input), kinds);
  });
});
