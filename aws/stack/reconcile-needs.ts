import type { Needs } from './stack-statements.ts';
import { except, readSwitch, reports, shut, table, tellMissingReport } from './stack-statements.ts';

const lag = 'cloudwatch:GetMetricStatistics';

const nothing = (): [] => [];

/** The functions that only reconciliations have. */
export const reconcileNeeds: Readonly<Record<string, Needs>> = {
  OpenReconciliation: {
    stack: [table('GetItem', 'PutItem', 'UpdateItem'), readSwitch],
    plan: nothing,
    reconciles: ({ databases, traffic }) => [...except(databases.read, lag), ...traffic.read],
  },
  FenceOldPrimary: {
    stack: [table('GetItem', 'PutItem', 'Query'), readSwitch],
    plan: nothing,
    reconciles: ({ holdingFences, notifications }) => [
      ...except([...holdingFences.read, ...holdingFences.change], ...shut),
      ...notifications.change,
    ],
  },
  PreserveEvidence: {
    stack: [table('GetItem', 'PutItem', 'Query')],
    plan: nothing,
    reconciles: ({ evidence, notifications }) => [...evidence.change, ...notifications.change],
  },
  CompareDatabase: {
    stack: [table('GetItem'), readSwitch, reports('PutObject')],
    plan: nothing,
    reconciles: ({ databases, oldPrimaries, connections }) => [
      ...except(databases.read, lag),
      ...oldPrimaries.read,
      ...connections.read,
    ],
  },
  AssessDivergence: { stack: [table('GetItem', 'PutItem')], plan: nothing },
  ApplyWrites: {
    stack: [table('GetItem', 'PutItem'), readSwitch, reports('GetObject'), tellMissingReport],
    plan: nothing,
    reconciles: ({ databases, connections }) => [
      ...except(databases.read, lag),
      ...connections.read,
    ],
  },
  CloseReconciliation: {
    stack: [table('GetItem', 'PutItem', 'UpdateItem', 'Query')],
    plan: nothing,
    reconciles: ({ notifications }) => notifications.change,
  },
};
