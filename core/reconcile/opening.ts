import type { AskedFacts } from '../asked.ts';
import { askedRules } from '../asked.ts';
import type { Decision, Rule } from '../rules.ts';

/** What is known when the writes of an old primary are to be accounted for. */
export interface ReconcileFacts extends AskedFacts {
  /** Whether the plan has a section reconciliation. */
  readonly isWanted: boolean;
  /** What the table knows of the last promotion; undefined if it knows nothing. */
  readonly promotion: 'failover' | 'switchover' | undefined;
  /** What of the plan's databases is not as it was at the failover. */
  readonly changed: readonly string[];
  readonly isReconciled: boolean;
  /** Whether the service is seen in the standby Region; undefined if it was not looked at. */
  readonly service: Decision<'fence' | 'leave'> | undefined;
}

/** Whether a reconciliation may begin. It fences the old primary, and so looks first who serves. */
export const reconcileRules: readonly Rule<ReconcileFacts, 'open' | 'decline'>[] = [
  ...askedRules,
  {
    id: 'not-in-the-plan',
    when: ({ isWanted }) => !isWanted,
    then: 'decline',
    why: 'The plan has no section reconciliation: do it with failover compare and failover apply.',
  },
  {
    id: 'nothing-promoted',
    when: ({ lock }) => lock?.promotedAt === undefined,
    then: 'decline',
    why: 'Nothing was promoted: there is no old primary.',
  },
  {
    id: 'promotion-unknown',
    when: ({ promotion }) => promotion === undefined,
    then: 'decline',
    why: 'The table does not know what the last promotion fenced: do it with the commands.',
    detail: ({ lock }) => lock?.promotedBy ?? lock?.incidentId ?? '',
  },
  {
    id: 'nothing-left-behind',
    when: ({ promotion }) => promotion === 'switchover',
    then: 'decline',
    why: 'The last promotion was a switchover, which leaves no write behind.',
  },
  {
    id: 'already-reconciled',
    when: ({ isReconciled }) => isReconciled,
    then: 'decline',
    why: 'The writes that the last failover left behind are accounted for already.',
  },
  {
    id: 'plan-changed',
    when: ({ changed }) => changed.length > 0,
    then: 'decline',
    why: 'The plan names other databases than those that failed over.',
    detail: ({ changed }) => changed.join(' '),
  },
  {
    id: 'service-is-elsewhere',
    when: ({ service }) => service?.outcome !== 'fence',
    then: 'decline',
    why: 'The old primary is fenced only while the service is seen in the standby Region.',
    detail: ({ service }) => service?.why ?? 'It was not looked at.',
  },
  {
    id: 'open',
    when: () => true,
    then: 'open',
    why: 'The service is in the standby Region, and nobody has accounted for the old primary yet.',
  },
];
