import { describe, expect, it } from '@jest/globals';
import { fencePrimary } from '../../functions/fence-primary.ts';
import { standDown } from '../../functions/stand-down.ts';
import { brief } from '../approval-samples.ts';
import { drillPlan } from './support.ts';
import { movingHome, movingThere } from './switchover-bench.ts';

const [edge, first] = drillPlan().fencing;
const second = { kind: 'securityGroup', id: 'users', groupId: 'sg-1111111111111111a' };
const proof = first?.kind === 'securityGroup' ? first.proof : undefined;

async function prepare(fencing?: readonly unknown[]) {
  const bench = await movingThere(drillPlan(fencing === undefined ? {} : { fencing }));
  const input = { ...bench.input, approvedByHuman: true, brief, afterPromotion: false };
  return { ...bench, hold: () => bench.run(fencePrimary, input) };
}

describe('FencePrimary holds no writes by plan', () => {
  it('while one of two databases is open, however well the other is fenced', async () => {
    const bench = await prepare([edge, first, second]);
    bench.world.ingress.delete(second.groupId);
    expect(await bench.hold()).toMatchObject({ grade: 'attempted' });
    bench.world.ingress.set(second.groupId, []);
    expect(await bench.hold()).toMatchObject({ grade: 'confirmed' });
  });

  it('while a write still goes through a session that was there before', async () => {
    const bench = await prepare();
    bench.facts.sessions.primary = 1;
    expect(await bench.hold()).toMatchObject({ grade: 'attempted' });
    bench.facts.sessions.primary = 0;
    expect(await bench.hold()).toMatchObject({ grade: 'confirmed' });
  });

  it('by a fence at the edge alone', async () => {
    const bench = await prepare([edge]);
    expect(await bench.hold()).toMatchObject({ grade: 'none' });
  });

  it('by fences of which none names a write', async () => {
    const bench = await prepare([edge, second]);
    expect(await bench.hold()).toMatchObject({ grade: 'attempted' });
  });
});

describe('FencePrimary holds writes by plan', () => {
  it('where each fence is up, and each proof is a write that fails', async () => {
    const bench = await prepare([edge, first, { ...second, proof }]);
    expect(await bench.hold()).toMatchObject({ grade: 'confirmed' });
  });

  it('although the clients could not be moved away beforehand', async () => {
    const bench = await prepare();
    bench.faults.always('rejected', 'PutObject');
    expect(await bench.hold()).toMatchObject({ grade: 'confirmed' });
  });

  it('in the standby Region on the way home, and StandDown lets them go on', async () => {
    const bench = await movingHome();
    const { input, world, facts } = bench;
    const hold = { ...input, approvedByHuman: true, brief, afterPromotion: false };
    expect(await bench.run(fencePrimary, hold)).toMatchObject({ grade: 'confirmed' });
    expect(facts.standbyIsFenced).toBe(true);
    expect(await bench.run(standDown, input)).toMatchObject({ complete: true });
    expect(facts.standbyIsFenced).toBe(false);
    const rules = [...world.back.ingress.values()].flat();
    expect(rules).toMatchObject([{ CidrIpv4: '10.0.0.0/16', FromPort: 5432 }]);
  });
});
