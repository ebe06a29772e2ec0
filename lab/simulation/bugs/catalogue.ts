import { approvalBugs } from './approval-bugs.ts';
import type { Bug } from './bug.ts';
import { changeBugs } from './change-bugs.ts';
import { evidenceBugs } from './evidence-bugs.ts';
import { incidentBugs } from './incident-bugs.ts';
import { moveBugs } from './move-bugs.ts';
import { orderBugs } from './order-bugs.ts';
import { reconcileBugs } from './reconcile-bugs.ts';

/** Every deliberate bug. Threads of the hunt put one of them into the product; nothing else can. */
export const bugs: readonly Bug[] = [
  ...evidenceBugs,
  ...approvalBugs,
  ...incidentBugs,
  ...changeBugs,
  ...orderBugs,
  ...moveBugs,
  ...reconcileBugs,
];
