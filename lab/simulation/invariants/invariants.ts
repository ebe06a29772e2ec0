import { evidenceInvariants } from './evidence.ts';
import { endingInvariants } from './endings.ts';
import { orderInvariants } from './order.ts';
import type { Invariant } from './invariant.ts';
import { writerInvariants } from './writers.ts';

/** Every invariant, in the order of docs/safety.md's groups. */
export const invariants: readonly Invariant[] = [
  ...writerInvariants,
  ...evidenceInvariants,
  ...orderInvariants,
  ...endingInvariants,
];
