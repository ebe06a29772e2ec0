import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { NotReadyError } from '../core/errors.ts';
import type { Incident } from '../core/incident.ts';
import { unlessConditionFailed, write } from './dynamodb.ts';
import { createIncidentStore } from './incident-store.ts';
import { heldBy, lockKey, NOT_ASKED } from './lock.ts';
import type { Plan } from './plan.ts';
import type { Runtime } from './runtime.ts';
import { askedPromotions } from './unfinished.ts';

/**
 * Writes down that this incident gives up: from now on no promotion of it can be asked for, not even
 * by a function that outlived its timeout. One of this and of the intent to promote is written
 * first, and forbids the other. Safe to repeat.
 * @throws NotReadyError if a promotion was asked for @throws StaleEpochError
 */
export async function abandonPromotion(
  runtime: Runtime,
  plan: Plan,
  incident: Incident,
): Promise<void> {
  const { condition, values } = heldBy(incident);
  const update = new UpdateItemCommand({
    TableName: runtime.environment.incidentTable,
    Key: lockKey(incident.plan),
    UpdateExpression: 'SET abandonedBy = :incidentId',
    ConditionExpression: `${condition} AND ${NOT_ASKED}`,
    ExpressionAttributeNames: { '#status': 'status' },
    ExpressionAttributeValues: write(values),
  });
  const client = runtime.client(DynamoDBClient, runtime.environment.region);
  if (await unlessConditionFailed(() => client.send(update))) return;
  await createIncidentStore(runtime).assertHolder(incident);
  const asked = await askedPromotions(runtime, plan, incident);
  const words = asked.map(({ database, at }) => `Promotion of ${database} was asked for at ${at}`);
  throw new NotReadyError(`${words.join('; ')}: only forward.`);
}
