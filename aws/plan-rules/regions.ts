import { regionOf, rule } from './rule.ts';
import type { Finding, PlanRule } from './rule.ts';

/** What has to be in which Region, so that nothing needed dies with the primary. */
export const regionRules: readonly PlanRule[] = [
  rule({
    id: 'two-regions',
    why: 'A standby in the primary Region fails with it.',
    needs: ['regions'],
    check: ({ regions: { primary, standby } }) =>
      primary === standby
        ? [{ path: ['regions', 'standby'], found: standby, expected: 'another Region' }]
        : [],
  }),
  rule({
    id: 'alarms-in-standby',
    why: 'An alarm in the primary Region dies with it, and the workflow hears its own Region only.',
    needs: ['regions', 'detection'],
    check: ({ regions, detection }) =>
      detection.alarms.flatMap((arn, index) =>
        inRegion(arn, ['detection', 'alarms', index], [regions.standby]),
      ),
  }),
  rule({
    id: 'alarm-probes-outside-primary',
    why: 'An alarm in the primary Region cannot be asked when that Region is down.',
    needs: ['regions', 'detection'],
    check: ({ regions, detection }) =>
      detection.probes.flatMap((probe, index) =>
        probe.kind === 'alarmState'
          ? outside(probe.alarm, ['detection', 'probes', index, 'alarm'], regions.primary)
          : [],
      ),
  }),
  rule({
    id: 'topics-outside-primary',
    why: 'A topic in the primary Region reaches nobody when that Region is down.',
    needs: ['regions', 'notifications'],
    check: ({ regions, notifications }) =>
      notifications.flatMap((channel, index) =>
        channel.kind === 'sns'
          ? outside(channel.topicArn, ['notifications', index, 'topicArn'], regions.primary)
          : [],
      ),
  }),
  rule({
    id: 'topic-in-standby',
    why: 'The alarm on events that never reached the workflow can only publish there.',
    needs: ['regions', 'notifications'],
    check: ({ regions, notifications }) =>
      notifications.some(
        (channel) => channel.kind === 'sns' && regionOf(channel.topicArn) === regions.standby,
      )
        ? []
        : [
            {
              path: ['notifications'],
              found: `no sns topic in ${regions.standby}`,
              expected: 'at least one, for the alarm on undelivered events',
            },
          ],
  }),
  rule({
    id: 'target-groups-in-standby',
    why: 'The capacity that is waited for is in the standby Region.',
    needs: ['regions', 'compute'],
    check: ({ regions, compute }) =>
      compute.flatMap(({ targetGroup }, index) =>
        targetGroup === undefined
          ? []
          : inRegion(targetGroup, ['compute', index, 'targetGroup'], [regions.standby]),
      ),
  }),
];

function inRegion(arn: string, path: Finding['path'], allowed: readonly string[]): Finding[] {
  const region = regionOf(arn);
  if (allowed.includes(region)) return [];
  return [{ path, found: `an ARN in ${region}`, expected: `one in the standby ${allowed.join()}` }];
}

function outside(arn: string, path: Finding['path'], primary: string): Finding[] {
  if (regionOf(arn) !== primary) return [];
  const found = `an ARN in the primary ${primary}`;
  return [{ path, found, expected: 'one in another Region: this one dies with the primary' }];
}
