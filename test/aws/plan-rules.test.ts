import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { checkPlan } from '../../aws/plan-file.ts';
import { planRules } from '../../aws/plan-rules.ts';
import { PlanSections } from '../../aws/plan-rules/rule.ts';
import { parse } from 'yaml';
import * as z from 'zod';

const fixtures = join(import.meta.dirname, '..', 'fixtures', 'plans');
const Sections = z.record(z.string(), z.json());
const none: ReadonlySet<string> = new Set();

async function read(name: string): Promise<Record<string, unknown>> {
  return Sections.parse(parse(await readFile(join(fixtures, name), 'utf8')));
}

/** The ids of the rules that a plan breaks. */
function brokenBy(plan: Record<string, unknown>, broken = none): string[] {
  const sections = PlanSections.parse(plan);
  return planRules.filter(({ check }) => check(sections, broken).length > 0).map(({ id }) => id);
}

/** Every rule by itself, with a plan that breaks it. */
const cases: readonly (readonly [string, string])[] = [
  ['two-regions', 'regions-equal'],
  ['alarms-in-standby', 'everything-in-primary'],
  ['alarm-probes-outside-primary', 'everything-in-primary'],
  ['topics-outside-primary', 'everything-in-primary'],
  ['topic-in-standby', 'everything-in-primary'],
  ['target-groups-in-standby', 'everything-in-primary'],
  ['database-ids-unique', 'ids-repeated'],
  ['fence-ids-unique', 'ids-repeated'],
  ['compute-ids-unique', 'ids-repeated'],
  ['traffic-ids-unique', 'ids-repeated'],
  ['notification-ids-unique', 'ids-repeated'],
  ['probe-ids-unique', 'ids-repeated'],
  ['alarms-unique', 'alarm-twice'],
  ['one-route-a-name', 'route-twice'],
  ['edge-names-traffic', 'references-nowhere'],
  ['progress-names-database', 'references-nowhere'],
  ['service-checks-use-public-name', 'wrong-endpoints'],
  ['standby-checks-avoid-public-name', 'wrong-endpoints'],
  ['probes-avoid-public-name', 'wrong-endpoints'],
  ['probes-avoid-standby', 'asks-the-standby'],
  ['proof-avoids-public-name', 'wrong-endpoints'],
  ['proof-avoids-standby', 'asks-the-standby'],
  ['controls-are-elsewhere', 'control-is-the-primary'],
  ['outage-fits-deadline', 'confirmation-too-slow'],
  ['rounds-fit-deadline', 'confirmation-too-slow'],
  ['signals-can-be-reached', 'signals-out-of-reach'],
  ['some-probe-vetoes', 'nothing-vetoes'],
  ['rpo-can-be-shown', 'rpo-cannot-be-shown'],
  ['replica-lag-needs-heartbeat', 'rpo-cannot-be-shown'],
  ['lag-readable', 'lag-unreadable'],
  ['refusal-can-be-met', 'refuses-for-ever'],
  ['rto-can-be-met', 'rto-cannot-be-met'],
  ['pilot-light-warms-up', 'pilot-light-of-nothing'],
  ['cooldown-covers-rto', 'cooldown-too-short'],
  ['some-channel-always', 'channels-mute'],
  ['slack-channels-unique', 'channels-mute'],
  ['mail-has-recipients', 'channels-mute'],
  ['approvers-unique', 'approvers-repeated'],
  ['approvers-can-decide', 'approvers-cannot-decide'],
  ['enough-approvers', 'approvers-too-few'],
  ['escalation-asks-others', 'escalates-to-nobody-new'],
  ['expiry-can-promote', 'promotes-on-nothing'],
  ['way-back-for-each-database', 'way-back-incomplete'],
  ['way-back-needs-connection', 'way-back-incomplete'],
  ['way-back-needs-proof', 'way-back-unproved'],
  ['connection-secret-in-regions', 'way-back-secret-elsewhere'],
  ['reconciliation-needs-connection', 'reconciles-blindly'],
  ['reconciliation-needs-fence', 'reconciles-blindly'],
];

describe('the rules between sections', () => {
  it.each(cases)('%s refuses %s', async (id, name) => {
    expect(brokenBy(await read(`broken/${name}.yaml`))).toContain(id);
  });

  it('has a broken plan for every rule', () => {
    expect(cases.map(([id]) => id).toSorted()).toEqual(planRules.map(({ id }) => id).toSorted());
  });

  it('lets a sound plan pass', async () => {
    expect(brokenBy(await read('sound.yaml'))).toEqual([]);
    expect(brokenBy(await read('sound-both-ways.yaml'))).toEqual([]);
  });

  it('says why in one sentence, and has an id of its own for each', () => {
    expect(new Set(planRules.map(({ id }) => id)).size).toBe(planRules.length);
    for (const { why } of planRules) expect(why).toMatch(/^[A-Z].*\.$/);
  });

  it('checks what can be checked while another section is broken', async () => {
    const plan = await read('broken/regions-equal.yaml');
    expect(brokenBy(plan, new Set(['databases', 'traffic']))).toContain('two-regions');
  });

  it('does not judge by a section that is broken', async () => {
    const plan = await read('broken/everything-in-primary.yaml');
    expect(brokenBy(plan, new Set(['detection']))).toEqual([
      'topics-outside-primary',
      'topic-in-standby',
      'target-groups-in-standby',
    ]);
  });
});

describe('the limits of the rules', () => {
  const text = readFile(join(fixtures, 'sound.yaml'), 'utf8');
  const accepts = async (...changes: [string, string][]): Promise<boolean> => {
    const changed = changes.reduce((plan, [from, to]) => plan.replace(from, to), await text);
    return checkPlan(changed, 'plan.yaml').ok;
  };
  it.each<[string, boolean, ...[string, string][]]>([
    ['an RTO of exactly the floor', true, ['rtoSeconds: 900', 'rtoSeconds: 450']],
    ['an RTO one second below the floor', false, ['rtoSeconds: 900', 'rtoSeconds: 449']],
    ['an RPO of 299 s by ReplicaLag', false, ['rpoSeconds: 300', 'rpoSeconds: 299']],
    [
      'an RPO of 299 s by ReplicaLag with approval',
      true,
      ['rpoSeconds: 300', 'rpoSeconds: 299'],
      ['mode: automatic', 'mode: approval'],
    ],
    [
      'a minimum outage at the deadline',
      false,
      ['minimumOutageSeconds: 60', 'minimumOutageSeconds: 600'],
    ],
    [
      'a minimum outage below the deadline',
      true,
      ['minimumOutageSeconds: 60', 'minimumOutageSeconds: 500'],
      ['rtoSeconds: 900', 'rtoSeconds: 3600'],
    ],
    [
      'unfenced ask without a proof',
      true,
      ['    proof:\n      url: https://primary.example.com/write\n', ''],
    ],
    ['a refusal with a proof', true, ['policy: ask', 'policy: refuse']],
    [
      'an RPO of two periods of a heartbeat',
      true,
      ['    writeCheck:', '    lag: { namespace: Shop, periodSeconds: 10 }\n    writeCheck:'],
      ['rpoSeconds: 300', 'rpoSeconds: 20'],
    ],
    [
      'an RPO below two periods of a heartbeat',
      false,
      ['    writeCheck:', '    lag: { namespace: Shop, periodSeconds: 10 }\n    writeCheck:'],
      ['rpoSeconds: 300', 'rpoSeconds: 19'],
    ],
    [
      'signals for every kind of probe',
      true,
      ['deadlineSeconds: 600', 'deadlineSeconds: 600\n    signals: 2'],
    ],
    ['a pilot light that starts something', true, ['warmStandby', 'pilotLight']],
    [
      'an edge fence, which saves the switch',
      true,
      ['fencing:\n', 'fencing:\n  - { kind: edge, id: edge, traffic: shop-name }\n'],
      ['rtoSeconds: 900', 'rtoSeconds: 360'],
    ],
  ])('%s: %s', async (_, accepted, ...changes) => {
    expect(await accepts(...changes)).toBe(accepted);
  });
});
