import { alarmInvariants } from './alarms.ts';
import { aftermathInvariants } from './aftermath.ts';
import { approvalInvariants } from './approvals.ts';
import { evidenceInvariants } from './evidence.ts';
import { endingInvariants } from './endings.ts';
import { incidentInvariants } from './incidents.ts';
import { moveInvariants } from './moves.ts';
import { reconcileInvariants } from './reconciliations.ts';
import { orderInvariants } from './order.ts';
import type { Invariant } from './invariant.ts';
import { proofInvariants } from './proofs.ts';
import { writerInvariants } from './writers.ts';

/** Every invariant; `npm run safety` writes them as a table, by id, into docs/safety.md. */
export const invariants: readonly Invariant[] = [
  ...writerInvariants,
  ...evidenceInvariants,
  ...proofInvariants,
  ...approvalInvariants,
  ...orderInvariants,
  ...alarmInvariants,
  ...incidentInvariants,
  ...endingInvariants,
  ...aftermathInvariants,
  ...moveInvariants,
  ...reconcileInvariants,
];
