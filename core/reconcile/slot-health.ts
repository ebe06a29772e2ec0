import type { Rule } from '../rules.ts';

/** What is known of a slot that is parked. */
export interface SlotFacts {
  readonly walStatus: 'reserved' | 'extended' | 'unreserved' | 'lost' | null;
  /** Log that the primary keeps for the slot; null if it says nothing of it. */
  readonly heldBytes: number | null;
  /** Log that it keeps at most (max_slot_wal_keep_size). */
  readonly limitBytes: number;
}

const inMegabytes = (bytes: number): string => `${Math.ceil(bytes / 1024 ** 2)} MB`;

/** Whether the slot will explain an outage that begins now. The first row that matches decides. */
export const slotRules: readonly Rule<SlotFacts, 'good' | 'bad'>[] = [
  {
    id: 'slot-lost',
    when: ({ walStatus }) => walStatus === 'lost',
    then: 'bad',
    why: `The slot is lost: it held more log than it may. Drop it, SELECT pg_drop_replication_slot('region_failover'), and the next run parks a new one.`,
  },
  {
    id: 'slot-unknown',
    when: ({ walStatus, heldBytes }) => walStatus === null || heldBytes === null,
    then: 'bad',
    why: 'The primary does not say how much log it keeps for the slot.',
  },
  {
    id: 'slot-unreserved',
    when: ({ walStatus }) => walStatus === 'unreserved',
    then: 'bad',
    why: 'The next checkpoint may remove log that the slot needs. Does the standby replay?',
  },
  {
    id: 'slot-half-full',
    when: ({ heldBytes, limitBytes }) => (heldBytes ?? 0) > limitBytes / 2,
    then: 'bad',
    why: 'More than half of what the slot may hold is held. Does the standby replay? Is a transaction open for long?',
    detail: ({ heldBytes, limitBytes }) =>
      `(${inMegabytes(heldBytes ?? 0)} of ${inMegabytes(limitBytes)})`,
  },
  { id: 'slot-kept', when: () => true, then: 'good', why: 'The slot is kept.' },
];
