import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Plan } from '../../../aws/plan.ts';
import { patient } from '../../../lab/simulation/plans.ts';
import type { PlanChange } from '../../../lab/simulation/plans.ts';
import { prove } from '../../../lab/simulation/resilience/prove.ts';
import { weaknesses } from '../../../lab/simulation/resilience/weaknesses.ts';
import { briskDurations } from '../../../lab/simulation/search/setting.ts';
import { packTemplate } from '../../../lab/template.ts';
import type { Template } from '../../../lab/template.ts';
import { drillPlanFile, planOf } from '../virtual/scene.ts';

let drill: Plan;
let template: Template;
beforeAll(async () => {
  drill = await planOf(drillPlanFile);
  template = await packTemplate(drillPlanFile);
}, 60_000);

const policy =
  (unfenced: Plan['authorization']['unfenced']): PlanChange =>
  (plan) => ({ ...plan, authorization: { ...plan.authorization, unfenced } });
const ask = policy({ policy: 'ask' });
const refuse = policy({ policy: 'refuse' });
const authorization =
  (change: Partial<Plan['authorization']>): PlanChange =>
  (plan) => ({ ...plan, authorization: { ...plan.authorization, ...change } });
const confirm =
  (change: Partial<Plan['detection']['confirm']>): PlanChange =>
  ({ detection, ...plan }) => ({
    ...plan,
    detection: { ...detection, confirm: { ...detection.confirm, ...change } },
  });
const asItIs: PlanChange = (plan) => plan;

/** Without the probe that sees commits arrive: it would veto. */
const frontDoorOnly: PlanChange = ({ detection, ...plan }) => ({
  ...plan,
  detection: { ...detection, probes: detection.probes.filter(({ kind }) => kind === 'https') },
});
const noControls: PlanChange = ({ detection, ...plan }) => ({
  ...plan,
  detection: { ...detection, controls: [] },
});
const noFence: PlanChange = (plan) => ({ ...plan, fencing: [] });
const withoutProof: PlanChange = (plan) => ({
  ...plan,
  fencing: [{ kind: 'securityGroup', id: 'database', groupId: 'sg-0123456789abcdef0' }],
});
const records: PlanChange = (plan) => ({
  ...plan,
  traffic: plan.traffic.map(({ id, name }) => ({
    ...{ kind: 'route53Record', id, name, hostedZoneId: 'Z0123', recordType: 'A' },
    ...{ routing: 'simple', ttlSeconds: 60, settleDeadlineSeconds: 600 },
    ...{ primary: ['192.0.2.10'], standby: ['198.51.100.10'] },
  })),
});
const expiryPromotes = authorization({
  onExpiry: {
    action: 'promote',
    evenThough: 'nobody decided, and acknowledged writes may be lost that no human agreed to lose',
    ...{ acceptedBy: 'Olga Operator', because: 'The test wants to see it.' },
  },
});
const onePerson: PlanChange = (plan) =>
  authorization({ approvers: plan.authorization.approvers.slice(0, 1) })(plan);

type Case = [id: string, weak: PlanChange, sound: PlanChange];
const patientCases: Case[] = [
  ['one-vantage-point', ask, asItIs],
  ['unfenced-accepted', asItIs, ask],
  ['no-fence', noFence, asItIs],
  ['fence-without-proof', (plan) => ask(withoutProof(plan)), asItIs],
  ['no-control-target', noControls, asItIs],
  ['one-signal', (plan) => confirm({ signals: 1 })(frontDoorOnly(plan)), asItIs],
  ['hasty-confirmation', asItIs, confirm({ minimumOutageSeconds: 60, deadlineSeconds: 600 })],
  ['expiry-promotes', expiryPromotes, asItIs],
  ['short-cool-down', (plan) => ({ ...plan, cooldownSeconds: 600 }), asItIs],
  ['dead-region-asks', ask, refuse],
  ['dead-region-refused', refuse, ask],
  ['nobody-to-spare', onePerson, asItIs],
  ['traffic-needs-us-east-1', records, asItIs],
];
/** These are about the deadlines that the drill's plan has, which are short. */
const hurriedCases: Case[] = [
  ['promotion-deadline-short', asItIs, patient],
  ['compute-deadline-short', asItIs, patient],
  ['traffic-deadline-short', asItIs, patient],
];
const cases: Case[] = [
  ...patientCases.map(([id, weak, sound]): Case => [
    id,
    (plan) => weak(patient(plan)),
    (plan) => sound(patient(plan)),
  ]),
  ...hurriedCases,
];

function named(id: string) {
  const found = weaknesses.find((weakness) => weakness.id === id);
  if (found === undefined) throw new Error(`There is no weakness ${id}.`);
  return found;
}

const settingOf = (plan: Plan) => ({ plan, template, durations: briskDurations });

describe('a weakness', () => {
  it('is in the table of this test', () => {
    expect(cases.map(([id]) => id)).toStrictEqual(weaknesses.map(({ id }) => id));
  });

  it.each(cases)('%s is told of a plan that has it, and of no other', (id, weak, sound) => {
    expect(named(id).applies(weak(drill))).toBe(true);
    expect(named(id).applies(sound(drill))).toBe(false);
  });

  it.each(cases.filter(([id]) => id !== 'short-cool-down'))(
    '%s is proved by a run in which it happens',
    async (id, weak) => {
      const found = await prove(settingOf(weak(drill)), named(id));
      expect(found.shown).toEqual(expect.any(String));
      expect(found.timeline.length).toBeGreaterThan(3);
    },
  );

  it('is not claimed where its story does no harm: a plan that refuses has one writer', async () => {
    const found = await prove(settingOf(refuse(patient(drill))), named('one-vantage-point'));
    expect(found.shown).toBeNull();
    expect(found.ends).toStrictEqual(['NotPromoted']);
  });

  it('is not claimed of a short cool-down: what was promoted is not promoted again', async () => {
    const plan = { ...patient(drill), cooldownSeconds: 600 };
    const found = await prove(settingOf(plan), named('short-cool-down'));
    expect(found.shown).toBeNull();
    expect(found.ends).toStrictEqual(['Recovered', 'NotPromoted']);
  });

  it('of two writers has both in its timeline', async () => {
    const { timeline } = await prove(settingOf(patient(drill)), named('unfenced-accepted'));
    expect(timeline.join('\n')).toMatch(/PROMOTED[^]*two databases take writes/);
  });
});
