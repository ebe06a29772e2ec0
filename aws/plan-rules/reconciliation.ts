import { rule } from './rule.ts';
import type { PlanRule } from './rule.ts';

/** What the section that tells of the writes that never crossed demands of the rest. */
export const reconciliationRules: readonly PlanRule[] = [
  rule({
    id: 'reconciliation-needs-connection',
    why: 'What never crossed is found by asking both databases.',
    needs: ['databases', 'reconciliation'],
    check: ({ databases, reconciliation }) =>
      databases.flatMap(({ connection }, index) =>
        reconciliation === undefined || connection !== undefined
          ? []
          : [
              {
                path: ['databases', index],
                found: 'no connection, and a section reconciliation',
                expected: 'a connection: its secret and the name of the database',
              },
            ],
      ),
  }),
  rule({
    id: 'reconciliation-needs-fence',
    why: 'What an old primary takes after it was compared is in no report.',
    needs: ['fencing', 'reconciliation'],
    check: ({ fencing, reconciliation }) =>
      reconciliation === undefined || fencing.some(({ kind }) => kind !== 'edge')
        ? []
        : [
            {
              path: ['fencing'],
              found: 'no fence that keeps writes away, and a section reconciliation',
              expected: 'one that is not of kind edge',
            },
          ],
  }),
];
