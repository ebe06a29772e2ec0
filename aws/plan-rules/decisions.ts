import type { Plan } from '../plan.ts';
import { expectedFloor, floorSum } from '../plan-floor.ts';
import { rule } from './rule.ts';
import type { Finding, PlanRule } from './rule.ts';

/** PostgreSQL writes something every five minutes at least; until then ReplicaLag climbs. */
const IDLE_LAG_SECONDS = 300;

/** What has to hold so that an outage can be confirmed and a promotion can ever be allowed. */
export const decisionRules: readonly PlanRule[] = [
  rule({
    id: 'outage-fits-deadline',
    why: 'An outage that must last until the deadline is never confirmed.',
    needs: ['detection'],
    check: ({ detection: { confirm } }) =>
      confirm.minimumOutageSeconds < confirm.deadlineSeconds
        ? []
        : [
            {
              path: ['detection', 'confirm', 'minimumOutageSeconds'],
              found: String(confirm.minimumOutageSeconds),
              expected: `less than deadlineSeconds (${confirm.deadlineSeconds})`,
            },
          ],
  }),
  rule({
    id: 'rounds-fit-deadline',
    why: 'Rounds that end after the deadline never confirm anything.',
    needs: ['detection'],
    check: ({ detection: { confirm } }) => {
      const { rounds, intervalSeconds, deadlineSeconds } = confirm;
      const seconds = rounds * intervalSeconds;
      const found = `${rounds} rounds of ${intervalSeconds} s, ${seconds} s together`;
      const expected = `at most deadlineSeconds (${deadlineSeconds})`;
      const path = ['detection', 'confirm', 'rounds'];
      return seconds <= deadlineSeconds ? [] : [{ path, found, expected }];
    },
  }),
  rule({
    id: 'signals-can-be-reached',
    why: 'Fewer kinds of probes than signals never confirm; the alarm itself is not heard twice.',
    needs: ['detection'],
    check: ({ detection: { probes, confirm, alarms } }) => {
      const counted = probes.filter(
        (probe) => probe.kind !== 'alarmState' || !alarms.includes(probe.alarm),
      );
      const kinds = new Set(counted.map(({ kind }) => kind)).size;
      const expected =
        `at most ${kinds}: that many kinds of probes can say down ` +
        '(an alarmState probe of an alarm in detection.alarms does not count)';
      const path = ['detection', 'confirm', 'signals'];
      return confirm.signals <= kinds ? [] : [{ path, found: String(confirm.signals), expected }];
    },
  }),
  rule({
    id: 'some-probe-vetoes',
    why: 'Without a probe that can see the primary alive, nothing can veto a promotion.',
    needs: ['detection'],
    check: ({ detection: { probes } }) =>
      probes.some(({ kind }) => ['https', 'replicationProgress'].includes(kind))
        ? []
        : [
            {
              path: ['detection', 'probes'],
              found: `only ${[...new Set(probes.map(({ kind }) => kind))].join(', ')}`,
              expected: 'an https or replicationProgress probe, which can veto',
            },
          ],
  }),
  rule({
    id: 'rpo-can-be-shown',
    why: 'A sample is up to one period old, and the outage begins within another.',
    needs: ['databases', 'objectives', 'authorization'],
    check: (plan) =>
      onAutomatic(plan, ({ lag }) => {
        const least = 2 * lag.periodSeconds;
        return plan.objectives.rpoSeconds < least
          ? `at least ${least}: a metric with a period of ${lag.periodSeconds} s can never show ` +
              'less; use a heartbeat metric with a shorter period, or raise the RPO'
          : undefined;
      }),
  }),
  rule({
    id: 'replica-lag-needs-heartbeat',
    why: 'On an idle PostgreSQL ReplicaLag climbs to 300 s although nothing is lost.',
    needs: ['databases', 'objectives', 'authorization'],
    check: (plan) =>
      onAutomatic(plan, ({ lag }) =>
        lag.namespace === 'AWS/RDS' &&
        lag.metricName === 'ReplicaLag' &&
        plan.objectives.rpoSeconds < IDLE_LAG_SECONDS
          ? `at least ${IDLE_LAG_SECONDS}: ReplicaLag climbs to ${IDLE_LAG_SECONDS} s while the ` +
            'source is idle; name a heartbeat metric in lag, or raise the RPO'
          : undefined,
      ),
  }),
  rule({
    id: 'lag-readable',
    why: 'A sample is stamped with the beginning of its period, and is there after its end.',
    needs: ['databases'],
    check: ({ databases }) =>
      databases.flatMap(({ lag }, index) => lagFindings(lag, ['databases', index, 'lag'])),
  }),
  rule({
    id: 'refusal-can-be-met',
    why: 'A plan that refuses an unfenced primary and cannot confirm a fence never promotes.',
    needs: ['authorization', 'fencing'],
    check: ({ authorization, fencing }) =>
      authorization.unfenced.policy !== 'refuse' || fencing.some(canBeConfirmed)
        ? []
        : [
            {
              path: ['authorization', 'unfenced', 'policy'],
              found: 'refuse, and no fence that can be confirmed: this plan never promotes',
              expected: 'a securityGroup fence with a proof, or the policy ask or accept',
            },
          ],
  }),
  rule({
    id: 'rto-can-be-met',
    why: 'The expected floor is longer than the target.',
    needs: ['objectives', 'detection', 'compute', 'traffic', 'fencing'],
    check: (plan) => {
      const floor = expectedFloor(plan);
      const { rtoSeconds } = plan.objectives;
      const found = `${rtoSeconds} s, and the RTO target cannot be met: ${floorSum(floor)}`;
      const expected = `at least ${floor.seconds}, or a faster plan`;
      const path = ['objectives', 'rtoSeconds'];
      return floor.seconds <= rtoSeconds ? [] : [{ path, found, expected }];
    },
  }),
  rule({
    id: 'pilot-light-warms-up',
    why: 'In a pilot light nothing runs that could carry the load.',
    needs: ['strategy', 'compute'],
    check: ({ strategy, compute }) =>
      strategy === 'pilotLight' && compute.length === 0
        ? [{ path: ['compute'], found: 'nothing', expected: 'what a pilotLight has to start' }]
        : [],
  }),
  rule({
    id: 'cooldown-covers-rto',
    why: 'A second failover may not begin while the first one is still at work.',
    needs: ['cooldownSeconds', 'objectives'],
    check: ({ cooldownSeconds, objectives: { rtoSeconds } }) =>
      cooldownSeconds >= rtoSeconds
        ? []
        : [
            {
              path: ['cooldownSeconds'],
              found: String(cooldownSeconds),
              expected: `at least objectives.rtoSeconds (${rtoSeconds})`,
            },
          ],
  }),
];

/** Whether a fence can ever be graded `confirmed`: only a write that is refused proves it. */
export function canBeConfirmed(fence: Plan['fencing'][number]): boolean {
  return fence.kind === 'securityGroup' && fence.proof !== undefined;
}

/** Findings at the RPO, for databases that could not be promoted without a human. */
function onAutomatic(
  plan: Pick<Plan, 'databases' | 'objectives' | 'authorization'>,
  expectedFor: (database: Plan['databases'][number]) => string | undefined,
): Finding[] {
  if (plan.authorization.mode !== 'automatic') return [];
  return plan.databases.flatMap((database) => {
    const expected = expectedFor(database);
    const found = `${plan.objectives.rpoSeconds} s with mode automatic (database ${database.id})`;
    return expected === undefined ? [] : [{ path: ['objectives', 'rpoSeconds'], found, expected }];
  });
}

function lagFindings(lag: Plan['databases'][number]['lag'], path: Finding['path']): Finding[] {
  const least = 2 * lag.periodSeconds;
  const tooShort = (['windowSeconds', 'staleAfterSeconds'] as const)
    .filter((key) => lag[key] < least)
    .map((key) => ({
      path: [...path, key],
      found: String(lag[key]),
      expected: `at least two periods (${least}): before that there is never a sample`,
    }));
  const tooFine = lag.namespace.startsWith('AWS/') && lag.periodSeconds !== 60;
  const expected = `60: metrics of ${lag.namespace} have one sample a minute`;
  const found = String(lag.periodSeconds);
  return [...tooShort, ...(tooFine ? [{ path: [...path, 'periodSeconds'], found, expected }] : [])];
}
