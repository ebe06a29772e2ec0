import { approvalsNeeded } from '../../core/plan/authorization.ts';
import type { Plan } from '../plan.ts';

/** One state of the workflow, and what it will do for this plan. */
export interface ExplainedStep {
  readonly state: string;
  readonly does: string;
}

/** The states in the order in which a failover passes through them, with this plan's values. */
export function explainSteps(plan: Plan): readonly ExplainedStep[] {
  return [...beforeReturn(plan), ...afterReturn(plan)];
}

function beforeReturn(plan: Plan): ExplainedStep[] {
  const { detection, regions, authorization } = plan;
  const { confirm, probes, controls } = detection;
  const asked = probes.map(({ id, kind }) => `${id} (${kind})`).join(', ');
  const names = controls.map(({ id }) => id).join(', ');
  const controlled = names === '' ? '' : ` and one of ${names} answers`;
  return [
    {
      state: 'OpenIncident',
      does:
        `One of ${count(detection.alarms.length, 'alarm')} in ${regions.standby} goes to ` +
        `ALARM. It is declined if it is older than ${detection.staleAfterSeconds} s, muted, a ` +
        'duplicate, paused by the kill switch, or within the cool-down of ' +
        `${plan.cooldownSeconds} s; otherwise the plan's lock is claimed.`,
    },
    {
      state: 'ObserveOutage',
      does:
        `Every ${confirm.intervalSeconds} s: ${asked}. ` +
        `A round says down if ${count(confirm.signals, 'kind')} of probes or more say so` +
        `${controlled}. ` +
        `Confirmed after ${confirm.rounds} such rounds in a row and ` +
        `${confirm.minimumOutageSeconds} s; undecided after ${confirm.deadlineSeconds} s.`,
    },
    {
      state: 'WarmUpStandby',
      does:
        'With the first suspicion, in parallel: ' +
        `${plan.compute.map(warmUpWords).join(', ') || 'nothing'}. Put back if nothing is promoted.`,
    },
    { state: 'AssessDataLoss', does: plan.databases.map(lossWords).join(' ') },
    {
      state: 'Authorize',
      does:
        authorization.mode === 'automatic'
          ? `Goes ahead by itself if at most ${plan.objectives.rpoSeconds} s would be lost and ` +
            'every other rule allows it; asks otherwise.'
          : 'Always asks a human.',
    },
    { state: 'RequestApproval', does: approvalWords(plan) },
    {
      state: 'FencePrimary',
      does:
        `${plan.fencing.map(fenceWords).join(' ') || 'Nothing: the plan names no fence.'} ` +
        unfencedWords(plan),
    },
    {
      state: 'LastLook',
      does:
        'One more round of probes: a primary that is seen alive vetoes. ' +
        'Three looks that cannot tell stop it, too.',
    },
  ];
}

/** Who is asked, how many must agree, and what becomes of it if nobody does. */
function approvalWords({ authorization, notifications }: Plan): string {
  const { approvers, expirySeconds, reminders, onExpiry } = authorization;
  const over = notifications.map(({ id }) => id).join(', ');
  const needed = approvalsNeeded(authorization);
  const asked =
    `If asked: ${namesOf(approvers)}, over ${over}, for ${expirySeconds} s with ` +
    `${count(reminders, 'reminder')}. ${needed} of ${approvers.length} must say yes; one no ends it.`;
  switch (onExpiry.action) {
    case 'stop':
      return `${asked} Nobody deciding means no.`;
    case 'escalate':
      return (
        `${asked} After that ${namesOf(onExpiry.approvers)} are asked as well, for ` +
        `${onExpiry.expirySeconds} s; nobody deciding then means no.`
      );
    case 'promote':
      return (
        `${asked} **Nobody deciding means YES** if the outage is confirmed, ` +
        `even though ${onExpiry.evenThough}. ` +
        `Accepted by ${onExpiry.acceptedBy}: ${onExpiry.because}`
      );
  }
}

const namesOf = (people: readonly { readonly name: string }[]): string =>
  people.map(({ name }) => name).join(', ');

function afterReturn(plan: Plan): ExplainedStep[] {
  const { verification, regions } = plan;
  return [
    {
      state: 'PromoteDatabases',
      does: `Point of no return. ${plan.databases
        .map(
          ({ replica, promotionDeadlineSeconds }) =>
            `${replica} in ${regions.standby} becomes the writer, ` +
            `within ${promotionDeadlineSeconds} s.`,
        )
        .join(' ')}`,
    },
    {
      state: 'AwaitCapacity',
      does:
        plan.compute
          .map(({ id, readyDeadlineSeconds }) => `${id} within ${readyDeadlineSeconds} s.`)
          .join(' ') || 'The plan names no compute: nothing to wait for.',
    },
    {
      state: 'VerifyStandby',
      does:
        `A write at ${plan.databases.map(({ writeCheck }) => writeCheck.url).join(', ')}; then ` +
        `${verification.standby.map(({ url }) => url).join(', ')}; within ` +
        `${verification.deadlineSeconds} s.`,
    },
    { state: 'SwitchTraffic', does: plan.traffic.map(routeWords).join(' ') },
    {
      state: 'VerifyService',
      does: `Through the public name: ${verification.service.map(({ url }) => url).join(', ')}.`,
    },
    {
      state: 'CloseIncident',
      does:
        `Reports to ${plan.notifications.map(({ id }) => id).join(', ')}, and stands still for ` +
        `${plan.cooldownSeconds} s and until a human acknowledges.`,
    },
  ];
}

function warmUpWords(compute: Plan['compute'][number]): string {
  return compute.kind === 'ecsService'
    ? `${compute.id} to ${count(compute.tasks, 'task')}`
    : `${compute.id} to ${count(compute.instances, 'instance')}`;
}

function lossWords({ id, lag, replica }: Plan['databases'][number]): string {
  return (
    `${id}: the newest ${lag.namespace} ${lag.metricName} of ${replica} from before the outage, ` +
    `plus its age; unknown if it is older than ${lag.staleAfterSeconds} s.`
  );
}

function fenceWords(fence: Plan['fencing'][number]): string {
  if (fence.kind === 'edge') return `${fence.id} moves ${fence.traffic} (attempted at best).`;
  return fence.proof === undefined
    ? `${fence.id} shuts ${fence.groupId} (attempted at best: the plan names no proof).`
    : `${fence.id} shuts ${fence.groupId}, confirmed if a write at ${fence.proof.url} is refused.`;
}

function unfencedWords({ authorization: { unfenced } }: Plan): string {
  switch (unfenced.policy) {
    case 'ask':
      return 'Not confirmed after two tries: a human is asked.';
    case 'refuse':
      return 'Not confirmed after two tries: the failover stops and everything is put back.';
    case 'accept':
      return `Not confirmed: it GOES ON, as ${unfenced.acceptedBy} accepted.`;
  }
}

function routeWords(route: Plan['traffic'][number]): string {
  const { id, name, recordType, settleDeadlineSeconds } = route;
  const how =
    route.kind === 'healthCheckMarker'
      ? `the marker ${route.bucket}/${route.key}`
      : `${route.routing} records in ${route.hostedZoneId}, by a control plane in us-east-1`;
  return `${id}: ${name} (${recordType}) by ${how}, within ${settleDeadlineSeconds} s.`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
