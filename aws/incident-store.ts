import {
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { Incident, Lock } from '../core/incident.ts';
import type { Outcome } from '../core/incident.ts';
import type { Json } from '../core/json.ts';
import { JsonValue } from '../core/json.ts';
import { unlessConditionFailed, write } from './dynamodb.ts';
import { claimOf, heldBy, lockKey, NOT_ABANDONED, stale, stillSettling } from './lock.ts';
import type { Runtime } from './runtime.ts';

const Instant = z.string();

/**
 * The orchestrator's memory: one DynamoDB table in the orchestrator's Region, never a global
 * table (there, a conditional write checks its own replica only).
 *
 * | partition        | sort               | item |
 * | ---------------- | ------------------ | ---- |
 * | `PLAN#name`      | `LOCK`             | who holds the plan, its epoch, what came of it |
 * | `EXECUTION#arn`  | `INCIDENT`         | the incident that an execution opened |
 * | `INCIDENT#id`    | `INTENT#action`    | written before a change that must happen once |
 * | `INCIDENT#id`    | `SNAPSHOT#thing`   | what has to be put back, written once |
 * | `INCIDENT#id`    | `LEDGER#at#what#digest` | append-only story of the incident |
 */
export interface IncidentStore {
  readLock(plan: string): Promise<Lock | undefined>;
  /** The incident that this execution opened already, if it did. Makes a retry safe. */
  findByExecution(executionArn: string): Promise<Incident | undefined>;
  /**
   * Called when an execution has ended: a claim of it that is still under way must not land, or a
   * dead run would hold the lock. Gives the incident if the claim was quicker.
   */
  forbidClaim(executionArn: string): Promise<Incident | undefined>;
  /** Takes the lock if it is still as `seen`; false if somebody else was quicker. */
  claim(incident: Incident, seen: Lock | undefined, expiresAt: string): Promise<boolean>;
  /** @throws StaleEpochError if the incident does not hold the plan's lock any more. */
  assertHolder(incident: Incident): Promise<void>;
  /** When promotion of a database was asked for, if it was. */
  readPromotionIntent(
    incident: Pick<Incident, 'id'>,
    database: string,
  ): Promise<string | undefined>;
  /** Records that promotion is about to be asked for. @throws StaleEpochError, also once given up */
  recordPromotionIntent(incident: Incident, database: string): Promise<void>;
  /** Keeps the first value that is ever given for this thing, and returns that one. */
  snapshotOnce(incident: Pick<Incident, 'id'>, thing: string, value: Json): Promise<Json>;
  readSnapshot(incident: Pick<Incident, 'id'>, thing: string): Promise<Json | undefined>;
  /**
   * Gives the lock back. Safe to repeat.
   * @param settlesAt until when a change of this incident may still land; undefined if none can.
   *   What the incident before left to settle is kept for the next one, if it lasts longer
   */
  close(incident: Incident, outcome: Outcome, settlesAt?: string): Promise<void>;
}

/** The store in the stack's table. */
export function createIncidentStore(runtime: Runtime): IncidentStore {
  const TableName = runtime.environment.incidentTable;
  const client = runtime.client(DynamoDBClient, runtime.environment.region);
  const now = (): string => runtime.clock.now().toISOString();

  async function read(pk: string, sk: string): Promise<Record<string, unknown> | undefined> {
    const Key = { pk: { S: pk }, sk: { S: sk } };
    const { Item } = await client.send(
      new GetItemCommand({ TableName, Key, ConsistentRead: true }),
    );
    return Item === undefined ? undefined : unmarshall(Item);
  }

  return {
    async readLock(plan) {
      const item = await read(`PLAN#${plan}`, 'LOCK');
      return item === undefined ? undefined : Lock.parse(item);
    },

    async findByExecution(executionArn) {
      const item = await read(`EXECUTION#${executionArn}`, 'INCIDENT');
      return item?.['incident'] === undefined ? undefined : Incident.parse(item['incident']);
    },

    async forbidClaim(executionArn) {
      const Item = write({ pk: `EXECUTION#${executionArn}`, sk: 'INCIDENT', endedAt: now() });
      const ConditionExpression = 'attribute_not_exists(pk)';
      const put = new PutItemCommand({ TableName, Item, ConditionExpression });
      const isForbidden = await unlessConditionFailed(() => client.send(put));
      return isForbidden ? undefined : await this.findByExecution(executionArn);
    },

    async claim(incident, seen, expiresAt) {
      const lock = { TableName, ...claimOf(incident, seen, expiresAt) };
      const pointer = {
        TableName,
        Item: write({ pk: `EXECUTION#${incident.executionArn}`, sk: 'INCIDENT', incident }),
        ConditionExpression: 'attribute_not_exists(pk)',
      };
      return await unlessConditionFailed(() =>
        client.send(
          new TransactWriteItemsCommand({ TransactItems: [{ Update: lock }, { Put: pointer }] }),
        ),
      );
    },

    async assertHolder(incident) {
      const lock = await this.readLock(incident.plan);
      const isHolder = lock?.epoch === incident.epoch && lock.incidentId === incident.id;
      if (!isHolder || lock.status !== 'open') throw stale(incident);
    },

    async readPromotionIntent(incident, database) {
      const item = await read(`INCIDENT#${incident.id}`, `INTENT#promote#${database}`);
      return item === undefined ? undefined : Instant.parse(item['at']);
    },

    async recordPromotionIntent(incident, database) {
      const { condition, values } = heldBy(incident);
      const at = now();
      const lock = {
        TableName,
        Key: lockKey(incident.plan),
        UpdateExpression: 'SET promotedAt = :at, promotedBy = :incidentId REMOVE acknowledgedAt',
        ConditionExpression: `${condition} AND ${NOT_ABANDONED}`,
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: write({ ...values, ':at': at }),
      };
      const key = { pk: `INCIDENT#${incident.id}`, sk: `INTENT#promote#${database}` };
      const intent = { TableName, Item: write({ ...key, at }) };
      const written = await unlessConditionFailed(() =>
        client.send(
          new TransactWriteItemsCommand({ TransactItems: [{ Update: lock }, { Put: intent }] }),
        ),
      );
      if (!written) throw stale(incident);
    },

    async snapshotOnce(incident, thing, value) {
      const item = { pk: `INCIDENT#${incident.id}`, sk: `SNAPSHOT#${thing}`, value };
      const put = new PutItemCommand({
        TableName,
        Item: write(item),
        ConditionExpression: 'attribute_not_exists(pk)',
      });
      if (await unlessConditionFailed(() => client.send(put))) return value;
      const first = await this.readSnapshot(incident, thing);
      if (first === undefined) throw new Error(`Snapshot ${thing} exists and cannot be read.`);
      return first;
    },

    async readSnapshot(incident, thing) {
      const item = await read(`INCIDENT#${incident.id}`, `SNAPSHOT#${thing}`);
      return item === undefined ? undefined : JsonValue.parse(item['value']);
    },

    async close(incident, outcome, settlesAt) {
      const { condition, values } = heldBy(incident);
      const until = stillSettling(incident, settlesAt, now());
      const settling = until === undefined ? {} : { ':settlesAt': until };
      const update = new UpdateItemCommand({
        TableName,
        Key: lockKey(incident.plan),
        UpdateExpression:
          'SET #status = :closed, closedAt = :at, outcome = :outcome' +
          (until === undefined ? '' : ', settlesAt = :settlesAt'),
        ConditionExpression: condition,
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: write({
          ...values,
          ...settling,
          ':closed': 'closed',
          ':at': now(),
          ':outcome': outcome,
        }),
      });
      await unlessConditionFailed(() => client.send(update));
    },
  };
}
