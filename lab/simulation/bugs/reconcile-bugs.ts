import type { Bug } from './bug.ts';
import { RECONCILE_FILE as file } from './bug.ts';

/** Bugs of accounting for an old primary. */
export const reconcileBugs: readonly Bug[] = [
  {
    id: 'compared-unfenced',
    what: 'an old primary is compared while it may still take writes',
    file: 'functions/fence-old-primary.ts',
    find: 'return { fenced: left.length === 0, why,',
    replace: 'return { fenced: true, why,',
    killedBy: ['S21r'],
    where: [
      {
        scenario: 'reconcile',
        fault: {
          at: 'fence-old-primary EC2.RevokeSecurityGroupIngress eu-west-1',
          kind: 'rejected',
          stays: true,
        },
      },
    ],
  },
  {
    id: 'compared-unkept',
    what: 'an old primary is compared while its snapshot is being made',
    file: 'functions/preserve-evidence.ts',
    find: `const preserved = kept.every(({ outcome }) => outcome === 'kept');`,
    replace: 'const preserved = true;',
    killedBy: ['S21r'],
    where: [{ scenario: 'reconcile' }],
  },
  {
    id: 'applied-unasked',
    what: 'what never crossed is applied whatever the approvers said',
    file,
    find: `Condition: '{% $judged.outcome = "approved" and $exists($judged.approval.by) %}'`,
    replace: `Condition: '{% $judged.outcome != "ask" %}'`,
    and: [{ file, find: `by: '{% $judged.approval.by %}'`, replace: `by: '{% "nobody" %}'` }],
    killedBy: ['S22'],
    where: [{ scenario: 'reconcile-rejected' }, { scenario: 'reconcile-nobody' }],
  },
  {
    id: 'account-closed-unproved',
    what: 'an account is closed by what was applied, without comparing again',
    file: 'aws/reconcile/apply-turn.ts',
    find: 'for await (const each of apply({ queue, ...watch })) settled.push(each);',
    replace:
      'for await (const each of apply({ queue, ...watch })) {\n      settled.push(each);\n      break;\n    }',
    and: [
      {
        file: 'aws/reconcile/apply-turn.ts',
        find: 'const isDone = problem === null && queue.isEmpty;',
        replace: 'const isDone = problem === null;',
      },
      {
        file: 'core/reconcile/closing.ts',
        find: 'return rows === 0 && leftOut === 0;',
        replace: 'return parts.applied.length > 0 || (rows === 0 && leftOut === 0);',
      },
    ],
    killedBy: ['L6r'],
    where: [{ scenario: 'reconcile' }],
  },
];
