import { describe, expect, it } from '@jest/globals';
import { Brief } from '../../core/approval/brief.ts';
import { CLOSE_ENOUGH_BYTES } from '../../core/switchover/catch-up.ts';
import { assessReadiness } from '../../functions/assess-readiness.ts';
import { rebuildReplica } from '../../functions/rebuild-replica.ts';
import { drillPlan, takeOver } from './support.ts';
import { footprint } from './sweep.ts';
import { movingHome, movingThere, PRIMARY, STANDBY } from './switchover-bench.ts';

const SECRET = drillPlan().databases[0]?.connection?.secret ?? '';

async function prepare() {
  const bench = await movingThere();
  const input = { ...bench.input, startedAt: bench.at() };
  const standby = bench.world.databases.get(`${STANDBY}/orders-standby`);
  if (standby === undefined) throw new Error('no standby');
  return { ...bench, standby, input, assess: () => bench.run(assessReadiness, input) };
}
type Prepared = Awaited<ReturnType<typeof prepare>>;

describe('AssessReadiness refuses', () => {
  it('malformed input', async () => {
    const { run, input } = await prepare();
    const refused = run(assessReadiness, { ...input, startedAt: 'now' });
    await expect(refused).rejects.toMatchObject({ name: 'InvalidInputError' });
  });

  it('when another incident holds the lock', async () => {
    const bench = await prepare();
    await takeOver(bench, bench.incident);
    await expect(bench.assess()).rejects.toMatchObject({ name: 'StaleEpochError' });
  });

  it.each<[string, (bench: Prepared) => unknown, string]>([
    [
      'a secret that is not there',
      ({ world }) => {
        world.secrets.clear();
      },
      'ResourceNotFoundException',
    ],
    [
      'a secret that holds something else',
      ({ world }) =>
        world.secrets.set(SECRET, { current: { id: '1', value: 'hunter2' }, previous: undefined }),
      'NotReadyError',
    ],
    [
      'a secret of another user',
      ({ world }) =>
        world.secrets.set(SECRET, {
          current: { id: '1', value: '{"username":"failover","password":"stale"}' },
          previous: undefined,
        }),
      'UnreachableError',
    ],
    ['a source that does not answer', (b) => (b.facts.primaryIsUp = false), 'UnreachableError'],
    ['a source that is a replica', (b) => (b.facts.primaryIsReplica = true), 'NotReadyError'],
    ['a target that was promoted', (b) => (b.facts.standbyIsWriter = true), 'NotReadyError'],
  ])('%s', async (_, arrange, name) => {
    const bench = await prepare();
    arrange(bench);
    await expect(bench.assess()).rejects.toMatchObject({
      name,
      message: expect.not.stringContaining('hunter2'),
    });
  });

  it('a database without a connection', async () => {
    const { run, input, plan } = await prepare();
    const databases = plan.databases.map((each) => ({ ...each, connection: undefined }));
    const refused = run(assessReadiness, { ...input, plan: { ...plan, databases } });
    await expect(refused).rejects.toThrow('orders has no connection in the plan.');
  });

  it('a replica that is not ready within an hour, in words of its own', async () => {
    const bench = await prepare();
    bench.facts.behindBytes = CLOSE_ENOUGH_BYTES + 1;
    await bench.clock.advance(3601);
    await expect(bench.assess()).rejects.toMatchObject({
      name: 'DeadlineExceededError',
      message: expect.stringContaining('Writes were never held. 3600 s passed. 16777217 bytes'),
    });
  });
});

describe('AssessReadiness waits', () => {
  it('while the replica is far behind', async () => {
    const bench = await prepare();
    bench.facts.behindBytes = CLOSE_ENOUGH_BYTES + 1;
    expect(await bench.assess()).toMatchObject({ ready: false, waitSeconds: 1 });
    await bench.clock.advance(1800);
    expect(await bench.assess()).toMatchObject({ ready: false, waitSeconds: 60 });
  });

  it('while a backup of the replica runs', async () => {
    const bench = await prepare();
    bench.standby.status = 'backing-up';
    const result = await bench.assess();
    expect(result.ready).toBe(false);
    expect(result.why).toContain('orders: The replica cannot be promoted at this moment.');
  });
});

describe('AssessReadiness', () => {
  it('says that the replica is ready, and brings the question', async () => {
    const bench = await prepare();
    bench.facts.behindBytes = 4096;
    const result = await bench.assess();
    expect(result.ready).toBe(true);
    expect(Brief.parse(result.brief)).toMatchObject({ primary: PRIMARY, standby: STANDBY });
    expect(result.brief.down).toContain(
      'orders: The replica is close behind, and may be promoted. 4096 bytes behind.',
    );
  });

  it('asks the other way round on the way home', async () => {
    const bench = await movingHome();
    const [database] = bench.plan.databases;
    const rebuild = { ...bench.input, database, startedAt: bench.at() };
    for (let turn = 0; turn < 99; turn += 1) {
      const { follows, waitSeconds } = await bench.run(rebuildReplica, rebuild);
      if (follows) break;
      await bench.clock.advance(waitSeconds);
    }
    const result = await bench.run(assessReadiness, { ...bench.input, startedAt: bench.at() });
    expect(result).toMatchObject({ ready: true, brief: { primary: STANDBY, standby: PRIMARY } });
  });

  it('changes nothing, and holds no writes', async () => {
    const bench = await prepare();
    bench.facts.sessions.primary = 3;
    const before = footprint(bench.world);
    await bench.assess();
    expect(footprint(bench.world)).toEqual(before);
    expect(bench.facts.sessions.primary).toBe(3);
  });
});
