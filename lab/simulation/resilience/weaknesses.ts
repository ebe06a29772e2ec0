import type { Plan } from '../../../aws/plan.ts';
import { approvalsNeeded } from '../../../core/plan/authorization.ts';
import type { Simulated } from '../simulate.ts';
import { deadlineWeaknesses } from './deadline-weaknesses.ts';
import {
  blindness,
  flap,
  hiccup,
  networkPartition,
  outage,
  outageWithControlPlane,
  outageWithoutMetrics,
  overload,
  partition,
  serviceOutage,
} from './stories.ts';
import { stalledThenOutage } from '../stories/acts.ts';
import type { Weakness } from './weakness.ts';
import { ended, promoted, twoWriters } from './weakness.ts';

/** Shorter outages than this mend themselves too often. */
const HASTY_SECONDS = 60;
/** A Region that comes and goes does so for hours. */
const FLAP_SECONDS = 3600;

const groupsOf = ({ fencing }: Plan) =>
  fencing.flatMap((fence) => (fence.kind === 'securityGroup' ? [fence] : []));

/** Every weakness that is looked for, in the order of the report. */
export const weaknesses: readonly Weakness[] = [
  {
    id: 'one-vantage-point',
    applies: ({ authorization }) => authorization.unfenced.policy !== 'accept',
    what: 'Only the standby Region looks: what it is cut off from looks dead to it. Whoever approves must look from elsewhere, as customers do.',
    approvers: 'approve',
    act: partition,
    shows: twoWriters,
  },
  {
    id: 'unfenced-accepted',
    applies: ({ authorization }) => authorization.unfenced.policy === 'accept',
    what: 'The plan accepts a primary that could not be fenced, and one vantage point decides whether it lives. Use the policy ask or refuse.',
    approvers: 'approve',
    act: partition,
    shows: twoWriters,
  },
  {
    id: 'no-fence',
    applies: (plan) => groupsOf(plan).length === 0,
    what: 'No fence keeps the old primary from taking writes, even where its control plane answers. Add a securityGroup fence with a proof.',
    approvers: 'approve',
    act: networkPartition,
    shows: twoWriters,
  },
  {
    id: 'fence-without-proof',
    applies: (plan) =>
      groupsOf(plan).length > 0 && groupsOf(plan).every(({ proof }) => proof === undefined),
    what: 'No fence has a proof, so that none is ever confirmed. Add a proof.',
    approvers: 'silent',
    act: serviceOutage,
    shows: ended(
      /^(Expired|NotPromoted)$/,
      'The fence was set, and the service stays down because nobody can confirm it.',
    ),
  },
  {
    id: 'no-control-target',
    applies: ({ detection }) => detection.controls.length === 0,
    what: 'No control target tells an outage from a standby Region that is blind. Add detection.controls.',
    approvers: 'approve',
    act: blindness,
    shows: promoted(
      'The standby was promoted while the primary was alive: the observer was blind.',
    ),
  },
  {
    id: 'one-signal',
    applies: ({ detection }) => detection.confirm.signals === 1,
    what: 'One kind of probe proves an outage. Set detection.confirm.signals to 2 or more.',
    approvers: 'approve',
    act: overload,
    shows: promoted('The standby was promoted while the primary was only overloaded.'),
  },
  {
    id: 'hasty-confirmation',
    applies: ({ detection: { confirm } }) =>
      Math.max(confirm.minimumOutageSeconds, (confirm.rounds - 1) * confirm.intervalSeconds) <
      HASTY_SECONDS,
    what: `An outage is believed in less than ${HASTY_SECONDS} s; many end by themselves sooner. Raise detection.confirm.minimumOutageSeconds.`,
    approvers: 'approve',
    act: hiccup,
    shows: promoted('The standby was promoted for an outage that ended by itself in a minute.'),
  },
  {
    id: 'expiry-promotes',
    applies: ({ authorization }) => authorization.onExpiry.action === 'promote',
    what: 'Nobody deciding means yes. Use onExpiry: stop or escalate.',
    approvers: 'silent',
    act: stalledThenOutage,
    shows: expiryPromoted,
  },
  {
    id: 'short-cool-down',
    applies: ({ cooldownSeconds }) => cooldownSeconds < FLAP_SECONDS,
    what: `A Region that comes and goes does so for longer than cooldownSeconds. Use ${FLAP_SECONDS} or more; a day is usual.`,
    approvers: 'approve',
    act: flap,
    shows: goesAgain,
  },
  {
    id: 'dead-region-asks',
    applies: ({ authorization: { mode, unfenced } }) =>
      mode === 'automatic' && unfenced.policy === 'ask',
    what: 'A dead Region cannot confirm a fence, and the plan asks then, in mode automatic too. See that somebody always answers.',
    approvers: 'silent',
    act: outage,
    shows: ended(/^Expired$/, 'A whole Region is dead, nobody answers, and nothing is promoted.'),
  },
  {
    id: 'dead-region-refused',
    applies: ({ authorization }) => authorization.unfenced.policy === 'refuse',
    what: 'A Region that is dead cannot confirm a fence, and the plan refuses to go on then: it is never promoted in the outage that it is for.',
    approvers: 'approve',
    act: outage,
    shows: ended(/^NotPromoted$/, 'A whole Region is dead, and nothing is promoted.'),
  },
  {
    id: 'nobody-to-spare',
    applies: ({ authorization }) =>
      authorization.onExpiry.action !== 'promote' &&
      authorization.approvers.length <= approvalsNeeded(authorization),
    what: 'Everybody who may decide is needed: one person who is asleep stops it. Name more approvers.',
    approvers: 'silent',
    act: outageWithoutMetrics,
    shows: ended(/^Expired$/, 'The question expires, and nothing is promoted.'),
  },
  {
    id: 'traffic-needs-us-east-1',
    applies: ({ traffic }) => traffic.some(({ kind }) => kind === 'route53Record'),
    what: 'Records are changed through a control plane in us-east-1, which may be down too. Use a healthCheckMarker.',
    approvers: 'approve',
    act: outageWithControlPlane,
    shows: ended(
      /^FailoverFailed$/,
      'The database is promoted, and the traffic cannot be moved to it.',
    ),
  },
  ...deadlineWeaknesses,
];

function expiryPromoted({ ghost }: Simulated): string | undefined {
  return ghost.promotionsByWorkflow > 0 && ghost.yes.size === 0
    ? 'The standby was promoted although nobody said yes, and although more was lost than the RPO allows.'
    : undefined;
}

/** The second incident has to do harm: that it opens, and ends without a change, is none. */
function goesAgain({ ghost }: Simulated): string | undefined {
  if (ghost.promotionsByWorkflow > ghost.plan.databases.length)
    return 'The second alarm promotes again, right after the cool-down.';
  const [, second] = ghost.events.filter(({ kind }) => kind === 'started');
  const isBack = ghost.events.some(
    (event) =>
      event.kind === 'route' && event.side === 'primary' && event.at >= (second?.at ?? Infinity),
  );
  return isBack ? 'The second alarm leads the traffic back to the old primary.' : undefined;
}
