import type { HttpsCheck } from '../../core/plan/fields.ts';
import type { Plan } from '../plan.ts';
import type { PlanPath } from '../plan-source.ts';
import { hostOf, rule } from './rule.ts';
import type { Finding, PlanRule } from './rule.ts';

/** Which side a request reaches: a check that asks the wrong one proves the wrong thing. */
export const endpointRules: readonly PlanRule[] = [
  rule({
    id: 'service-checks-use-public-name',
    why: 'What clients see is proved through the name that they use.',
    needs: ['verification', 'traffic'],
    check: ({ verification, traffic }) =>
      checksAt(verification.service, ['verification', 'service']).flatMap(({ host, path }) =>
        publicNames(traffic).includes(host)
          ? []
          : [
              {
                path,
                found: host,
                expected: `the public name: ${publicNames(traffic).join(' or ')}`,
              },
            ],
      ),
  }),
  rule({
    id: 'standby-checks-avoid-public-name',
    why: 'Before the switch the public name leads to the old primary.',
    needs: ['verification', 'databases', 'traffic'],
    check: (plan) => avoid(standbyChecks(plan), publicNames(plan.traffic), standbyWords),
  }),
  rule({
    id: 'probes-avoid-public-name',
    why: 'After the switch the standby answers by the public name, and would pass for a primary.',
    needs: ['detection', 'traffic'],
    check: ({ detection, traffic }) =>
      avoid(probeTargets(detection), publicNames(traffic), primaryWords),
  }),
  rule({
    id: 'probes-avoid-standby',
    why: 'A standby that answers would pass for a live primary, and veto every failover.',
    needs: ['detection', 'verification', 'databases'],
    check: ({ detection, ...plan }) =>
      avoid(probeTargets(detection), hostsOf(standbyChecks(plan)), {
        what: 'an endpoint of the standby',
        expected: primaryWords.expected,
      }),
  }),
  rule({
    id: 'proof-avoids-public-name',
    why: 'An edge fence moves the public name: the proof would ask the standby.',
    needs: ['fencing', 'traffic'],
    check: ({ fencing, traffic }) =>
      avoid(proofTargets(fencing), publicNames(traffic), primaryWords),
  }),
  rule({
    id: 'proof-avoids-standby',
    why: 'A standby refuses writes: that would pass for a fenced primary.',
    needs: ['fencing', 'verification', 'databases'],
    check: ({ fencing, ...plan }) =>
      avoid(proofTargets(fencing), hostsOf(standbyChecks(plan)), {
        what: 'an endpoint of the standby',
        expected: primaryWords.expected,
      }),
  }),
  rule({
    id: 'controls-are-elsewhere',
    why: 'A control that fails with the primary makes every outage look like our own.',
    needs: ['detection', 'traffic'],
    check: ({ detection, traffic }) =>
      avoid(
        targetsAt(detection.controls, ['detection', 'controls']),
        [...publicNames(traffic), ...hostsOf(probeTargets(detection))],
        {
          what: 'a host of the protected service',
          expected: 'a host that has nothing to do with it',
        },
      ),
  }),
];

interface Target {
  readonly host: string;
  readonly path: PlanPath;
}

const standbyWords = { what: 'the public name', expected: "the standby's own endpoint" };
const primaryWords = { what: 'the public name', expected: "the primary's own endpoint" };

function avoid(
  targets: readonly Target[],
  hosts: readonly string[],
  words: { readonly what: string; readonly expected: string },
): Finding[] {
  return targets.flatMap(({ host, path }) =>
    hosts.includes(host)
      ? [{ path, found: `${host}, ${words.what}`, expected: words.expected }]
      : [],
  );
}

const hostsOf = (targets: readonly Target[]): string[] => targets.map(({ host }) => host);

const publicNames = (traffic: Plan['traffic']): string[] => [
  ...new Set(traffic.map(({ name }) => hostOf(name))),
];

function checksAt(checks: readonly HttpsCheck[], path: PlanPath): Target[] {
  return checks.map(({ url }, index) => ({ host: hostOf(url), path: [...path, index, 'url'] }));
}

function standbyChecks(plan: Pick<Plan, 'verification' | 'databases'>): Target[] {
  return [
    ...checksAt(plan.verification.standby, ['verification', 'standby']),
    ...plan.databases.map(({ writeCheck }, index) => ({
      host: hostOf(writeCheck.url),
      path: ['databases', index, 'writeCheck', 'url'],
    })),
  ];
}

function probeTargets({ probes }: Plan['detection']): Target[] {
  return targetsAt(probes, ['detection', 'probes']);
}

type Asked = Plan['detection']['probes'][number];

function targetsAt(asked: readonly Asked[], path: PlanPath): Target[] {
  return asked.flatMap((each, index) => {
    if (each.kind === 'https') return [{ host: hostOf(each.url), path: [...path, index, 'url'] }];
    return each.kind === 'tcp' ? [{ host: hostOf(each.host), path: [...path, index, 'host'] }] : [];
  });
}

function proofTargets(fencing: Plan['fencing']): Target[] {
  return fencing.flatMap((fence, index) =>
    fence.kind === 'securityGroup' && fence.proof !== undefined
      ? [{ host: hostOf(fence.proof.url), path: ['fencing', index, 'proof', 'url'] }]
      : [],
  );
}
