import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { loadPlans } from '../../aws/plan-file.ts';
import { Plan } from '../../aws/plan.ts';
import { courseOf, courseTo, isReversible, reversePlan } from '../../aws/reverse-plan.ts';
import { InvalidInputError } from '../../core/errors.ts';

const root = join(import.meta.dirname, '..', '..');
const files = ['plans/shop.yaml', 'lab/plans/drill.yaml'];
async function load(file: string): Promise<Plan> {
  const [plan] = await loadPlans(join(root, file));
  if (plan === undefined) throw new Error(`${file} has no plan`);
  return plan;
}
const drill = await load('lab/plans/drill.yaml');
const withoutWayBack: Plan = { ...drill };
delete withoutWayBack.failback;

const weighted = { kind: 'route53Record', id: 'record', hostedZoneId: 'Z0123456789ABC' };

describe('a plan without a way back', () => {
  it('is not reversed, whichever way', () => {
    expect(isReversible(withoutWayBack)).toBe(false);
    const { primary, standby } = drill.regions;
    for (const refused of [
      () => reversePlan(withoutWayBack),
      () => courseTo(withoutWayBack, primary),
      () => courseTo(withoutWayBack, standby),
      () => courseOf(withoutWayBack, { planned: { by: 'olga', to: primary } }),
    ])
      expect(refused).toThrow(InvalidInputError);
  });

  it('is what a failover of it follows all the same', () => {
    expect(courseOf(withoutWayBack, {})).toBe(withoutWayBack);
  });

  it('for one of its databases is not reversed', () => {
    const [first] = drill.databases;
    const second = { ...first, id: 'users', source: 'users-a', replica: 'users-b' };
    const plan = Plan.parse({ ...drill, databases: [first, second] });
    expect(() => reversePlan(plan)).toThrow('failback.databases has none of id users');
  });
});

describe.each(files)('%s reversed', (file) => {
  it('is a plan, and changes nothing of the one it was made of', async () => {
    const plan = await load(file);
    const before = structuredClone(plan);
    const back = reversePlan(plan);
    expect(Plan.parse(back)).toEqual(back);
    expect(plan).toEqual(before);
  });

  it('is the plan again when it is reversed again', async () => {
    const plan = await load(file);
    expect(reversePlan(reversePlan(plan))).toEqual(plan);
  });

  it('exchanges Regions, and the ends of each database', async () => {
    const plan = await load(file);
    const back = reversePlan(plan);
    expect(back.regions).toEqual({
      ...{ primary: plan.regions.standby, standby: plan.regions.primary },
    });
    const [first] = plan.databases;
    expect(back.databases[0]).toMatchObject({
      ...{ id: first?.id, source: first?.replica, replica: first?.source },
      connection: first?.connection,
      writeCheck: plan.failback?.databases[0]?.writeCheck,
    });
  });

  it('takes what the way back needs from where it was written, and nothing else', async () => {
    const plan = await load(file);
    const { failback } = plan;
    const back = reversePlan(plan);
    expect(back.fencing).toEqual(failback?.fencing);
    expect(back.compute).toEqual(failback?.compute);
    expect(back.detection).toEqual({ ...plan.detection, ...failback?.detection });
    expect(back.verification).toEqual({
      ...{ ...plan.verification, standby: failback?.verification.standby },
    });
    for (const key of ['name', 'authorization', 'notifications', 'objectives'] as const)
      expect(back[key]).toEqual(plan[key]);
  });
});

describe('traffic reversed', () => {
  const reversed = (traffic: object) =>
    reversePlan(Plan.parse({ ...drill, traffic: [traffic] })).traffic[0];
  const [marker] = drill.traffic;

  it.each<[object, object]>([
    [{}, { takeover: 'absent', region: 'eu-central-1' }],
    [{ region: 'us-east-1' }, { takeover: 'absent', region: 'us-east-1' }],
    [
      { takeover: 'absent', region: 'us-east-1' },
      { takeover: 'present', region: 'us-east-1' },
    ],
  ])('is served without the marker, in the same bucket: %j', (change, expected) => {
    expect(reversed({ ...marker, ...change })).toMatchObject(expected);
  });

  it('names no Region that it need not: the bucket is where the standby is then', () => {
    expect(reversed({ ...marker, region: 'eu-west-1' })).not.toHaveProperty('region');
  });

  it('leads a record to what it was led away from', () => {
    const record = { ...weighted, name: 'orders.example.com', primary: 'a', standby: 'b' };
    const weights = { ...record, recordType: 'A', routing: 'weighted' };
    expect(reversed(weights)).toMatchObject({ primary: 'b', standby: 'a' });
  });
});

describe('the course of a switchover', () => {
  it('is the plan to its standby, and the plan reversed to its primary', () => {
    const { primary, standby } = drill.regions;
    expect(courseTo(drill, standby)).toBe(drill);
    expect(courseTo(drill, primary)).toEqual(reversePlan(drill));
  });

  it.each(['us-east-1', '', 'EU-WEST-1'])('is refused to "%s"', (to) => {
    expect(() => courseTo(drill, to)).toThrow(
      `Found the Region ${to}; plan orders has eu-west-1 and eu-central-1.`,
    );
  });

  it('is what an incident follows: the plan itself for a failover, and by its Region else', () => {
    const { primary, standby } = drill.regions;
    expect(courseOf(drill, {})).toBe(drill);
    expect(courseOf(drill, { planned: { by: 'olga', to: standby } })).toBe(drill);
    const home = courseOf(drill, { planned: { by: 'olga', to: primary } });
    expect(home.regions.standby).toBe(primary);
  });
});
