import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { NotReadyError } from '../core/errors.ts';
import { unlessConditionFailed, write } from './dynamodb.ts';
import { createIncidentStore } from './incident-store.ts';
import { lockKey } from './lock.ts';
import type { Runtime } from './runtime.ts';

/**
 * A human has seen the promotion: with the cool-down over, the plan may act again.
 * @returns the id of the incident that promoted
 * @throws NotReadyError if there is no promotion to acknowledge, or an incident is open
 */
export async function acknowledgePromotion(runtime: Runtime, plan: string): Promise<string> {
  const client = runtime.client(DynamoDBClient, runtime.environment.region);
  const lock = await createIncidentStore(runtime).readLock(plan);
  const update = new UpdateItemCommand({
    TableName: runtime.environment.incidentTable,
    Key: lockKey(plan),
    UpdateExpression: 'SET acknowledgedAt = :at',
    ConditionExpression: '#status = :closed AND promotedAt = :promotedAt',
    ExpressionAttributeNames: { '#status': 'status' },
    ExpressionAttributeValues: write({
      ':at': runtime.clock.now().toISOString(),
      ':closed': 'closed',
      ':promotedAt': lock?.promotedAt ?? 'never',
    }),
  });
  const isDone = await unlessConditionFailed(() => client.send(update));
  if (isDone && lock !== undefined) return lock.promotedBy ?? lock.incidentId;
  throw new NotReadyError(`Plan ${plan} has no promotion to acknowledge, or an incident is open.`);
}
