import { describe, expect, it } from '@jest/globals';
import { readLedger } from '../../aws/ledger.ts';
import { faultKinds } from './faults.ts';
import { drillPlan, silence } from './support.ts';
import { failedOver } from './watch-bench.ts';

const proofless = () =>
  drillPlan({
    fencing: drillPlan().fencing.map((fence) =>
      fence.kind === 'securityGroup' ? { ...fence, proof: undefined } : fence,
    ),
  });

describe('OnSchedule, when the old primary is back', () => {
  it('tells nobody while the Region is gone', async () => {
    const { watch, subjects } = await failedOver();
    const before = subjects().length;
    expect(await watch()).toMatchObject({ tried: [{ grade: 'none' }] });
    expect(subjects()).toHaveLength(before);
  });

  it('fences the old primary when it comes back, tells people once, and rests', async () => {
    const { comesBack, watch, rests, world, ingress, runtime, incident } = await failedOver();
    await watch();
    comesBack();
    const before = world.deliveries.length;
    expect(await watch()).toMatchObject({ tried: [{ grade: 'confirmed' }] });
    expect(ingress()).toHaveLength(0);
    const told = world.deliveries.slice(before);
    expect(told.map(({ subject }) => subject)).toContain(
      `[orders] The old primary is back and is fenced (${incident.id})`,
    );
    expect(told[0]?.body).toContain('npx failover reconcile orders --reason "..." --region');
    expect(await rests()).toBe('nothing-left');
    const fenced = world.deliveries.filter(({ subject }) => subject.includes('is fenced'));
    expect(fenced).toHaveLength(told.length);
    const lines = await readLedger(runtime, incident.id);
    expect(lines.filter(({ what }) => what === 'old-primary-fenced')).toHaveLength(1);
  });

  it('says nothing of a fence that the failover reached', async () => {
    const { rests, subjects } = await failedOver({ isReachable: true });
    expect(await rests()).toBe('nothing-left');
    expect(subjects().filter((subject) => subject.includes('fenced'))).toStrictEqual([]);
  });

  it('fences once, and leaves what people open after that', async () => {
    const { comesBack, watch, rests, world, subjects, incident } = await failedOver({
      plan: proofless(),
    });
    comesBack();
    expect(await watch()).toMatchObject({ tried: [{ grade: 'attempted' }] });
    expect(subjects()).toContain(
      `[orders] The old primary is back and is fenced, not proved (${incident.id})`,
    );
    const [group = ''] = world.ingress.keys();
    world.ingress.set(group, [{ CidrIpv4: '198.51.100.7/32' }]);
    expect(await rests()).toBe('nothing-left');
    expect(world.ingress.get(group)).toHaveLength(1);
  });

  it('pages once if the old primary is back and the fence is refused', async () => {
    const { comesBack, watch, faults, subjects, incident } = await failedOver();
    faults.always('rejected', 'RevokeSecurityGroupIngress');
    comesBack();
    const before = subjects().length;
    for (let minute = 0; minute < 5; minute += 1) await watch();
    const told = subjects().slice(before);
    expect(new Set(told)).toEqual(
      new Set([`[orders] The old primary is back and CANNOT BE FENCED (${incident.id})`]),
    );
    expect(told).toHaveLength(2);
  });

  it('rests where the plan has no fence but the one at the edge', async () => {
    const fencing = drillPlan().fencing.filter(({ kind }) => kind === 'edge');
    const { comesBack, rests } = await failedOver({ plan: { ...drillPlan(), fencing } });
    comesBack();
    expect(await rests()).toBe('nothing-left');
  });

  it('reaches every fence, one that was refused with the next minute', async () => {
    const [edge, first] = drillPlan().fencing;
    if (first?.kind !== 'securityGroup') throw new Error('no group');
    const second = { ...first, id: 'other', groupId: 'sg-0fedcba9876543210' };
    const fencing = [edge, first, second];
    const bench = await failedOver({ plan: drillPlan({ fencing }) });
    bench.comesBack();
    bench.faults.inject('rejected', 1, 'RevokeSecurityGroupIngress');
    expect(await bench.watch()).toMatchObject({ ruleId: 'service-is-there' });
    expect(bench.ingress()).toHaveLength(1);
    expect(await bench.watch()).toMatchObject({ ruleId: 'service-is-there' });
    expect(bench.ingress()).toHaveLength(0);
    expect(await bench.rests()).toBe('nothing-left');
  });

  it('fails if nobody can be told, and tells with the next minute', async () => {
    const bench = await failedOver();
    bench.comesBack();
    silence(bench);
    await expect(bench.watch()).rejects.toMatchObject({ name: 'NobodyToldError' });
    expect(bench.ingress()).toHaveLength(0);
    bench.world.ses.sendingEnabled = true;
    expect(await bench.watch()).toMatchObject({ tried: [{ grade: 'confirmed' }] });
    expect(bench.subjects().at(-1)).toContain('The old primary is back and is fenced');
  });

  it('has fenced and told by the minute after that, whatever fails on the way', async () => {
    const clean = await failedOver();
    clean.comesBack();
    const before = clean.faults.calls.length;
    await clean.watch();
    const calls = clean.faults.calls.slice(before);
    expect(calls.length).toBeGreaterThan(10);
    for (const [index, { command }] of calls.entries()) {
      for (const kind of faultKinds) {
        const bench = await failedOver();
        bench.comesBack();
        bench.faults.inject(kind, index + 1);
        // One attempt a minute: Lambda is told not to repeat it.
        await bench.watch().catch(() => undefined);
        bench.faults.revive();
        await bench.clock.advance(60);
        await bench.watch();
        const ruleId = await bench.rests();
        const isTold = bench.subjects().some((subject) => /back and is fenced/.test(subject));
        const found = { command, kind, left: bench.ingress(), ruleId, isTold };
        const wanted = { left: [], ruleId: 'nothing-left', isTold: true };
        expect(found).toEqual({ command, kind, ...wanted });
      }
    }
  }, 60_000);
});
