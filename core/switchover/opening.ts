import type { AskedFacts } from '../asked.ts';
import { askedRules } from '../asked.ts';
import type { Lock } from '../incident.ts';
import { secondsBetween } from '../incident.ts';
import type { Rule } from '../rules.ts';

/** What is known when somebody asks for a switchover. */
export interface OpeningFacts extends AskedFacts {
  readonly from: string;
  readonly to: string;
  /** Where the last promotion made a writer; the plan's primary Region if there was none. */
  readonly writer: string | undefined;
  /** Whether the writes that the last failover left behind are accounted for. */
  readonly isReconciled: boolean;
  /** Databases of the Region that is left which are not the writer, and why that is thought. */
  readonly notWriting: readonly string[];
  /** Names that lead to the Region that takes over, or nobody knows where, and why that is thought. */
  readonly clientsThere: readonly string[];
}

const isAcknowledged = ({ promotedAt, acknowledgedAt }: Lock): boolean =>
  promotedAt === undefined ||
  (acknowledgedAt !== undefined && secondsBetween(promotedAt, acknowledgedAt) >= 0);

/**
 * Whether a switchover may begin. It is planned: whatever is not as it should be ends it here, before
 * anything is touched.
 */
export const openingRules: readonly Rule<OpeningFacts, 'open' | 'decline'>[] = [
  ...askedRules,
  {
    id: 'already-there',
    when: ({ to, writer }) => to === writer,
    then: 'decline',
    why: 'The service is in that Region already, as far as the table knows.',
    detail: ({ to }) => to,
  },
  {
    id: 'writer-unknown',
    when: ({ writer, from }) => writer !== from,
    then: 'decline',
    why: 'It is not known that the service is in the Region that is left.',
    detail: ({ writer, from }) => `Expected ${from}; the table says ${writer ?? 'nothing'}.`,
  },
  {
    id: 'not-acknowledged',
    when: ({ lock }) => lock !== undefined && !isAcknowledged(lock),
    then: 'decline',
    why: 'Nobody has acknowledged the last promotion yet: failover acknowledge PLAN.',
    detail: ({ lock }) => lock?.promotedBy ?? lock?.incidentId ?? '',
  },
  {
    id: 'reconciliation-open',
    when: ({ isReconciled }) => !isReconciled,
    then: 'decline',
    why:
      'The writes that the last failover left behind are not accounted for, and a replica is ' +
      'built where they are: failover reconcile PLAN, if the plan has a section reconciliation; or ' +
      'failover compare, failover apply, then failover reconciled PLAN --report DIR --reason TEXT.',
    detail: ({ lock }) => lock?.promotedBy ?? '',
  },
  {
    id: 'source-is-no-writer',
    when: ({ notWriting }) => notWriting.length > 0,
    then: 'decline',
    why: 'The Region that is left is not known to be the writer. A dead Region is a failover.',
    detail: ({ notWriting }) => notWriting.join(' '),
  },
  {
    id: 'clients-are-there',
    when: ({ clientsThere }) => clientsThere.length > 0,
    then: 'decline',
    why: 'Clients are sent to that Region already, or it is not known where they are sent.',
    detail: ({ clientsThere, from }) =>
      `${clientsThere.join(' ')} If nobody moved them by hand, the plan has its Regions confused; ` +
      `expected them in ${from}.`,
  },
  {
    id: 'open',
    when: () => true,
    then: 'open',
    why: 'The service is where it should be, and nothing is left open.',
    detail: ({ from, to }) => `From ${from} to ${to}.`,
  },
];
