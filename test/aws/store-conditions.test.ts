import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { decideApproval, openApproval } from '../../aws/approval-store.ts';
import { createIncidentStore } from '../../aws/incident-store.ts';
import { incidentOf } from './store-contract.ts';
import { contextWith, refusedConnection, unexpectedCall } from './support.ts';

const dynamo = mockClient(DynamoDBClient);
const { runtime } = contextWith();
const store = createIncidentStore(runtime);
const incident = incidentOf(1);
const lock = {
  plan: 'orders',
  epoch: 1,
  incidentId: 'orders-1',
  status: 'open',
  expiresAt: '2026-10-03T02:04:45.000Z',
} as const;

beforeEach(() => {
  dynamo.reset();
  dynamo.onAnyCommand().rejects(unexpectedCall);
});

const cancelled = (...codes: string[]) =>
  new TransactionCanceledException({
    message: 'cancelled',
    $metadata: {},
    CancellationReasons: codes.map((Code) => ({ Code })),
  });

/** What was sent in the only transaction. */
const transaction = () =>
  dynamo.commandCalls(TransactWriteItemsCommand)[0]?.args[0].input.TransactItems ?? [];

describe('The incident store sends', () => {
  it.each([
    ['a lock that nobody ever had', undefined, 'attribute_not_exists(pk)'],
    ['a lock as it was seen', lock, 'epoch = :seen AND #status = :status'],
  ])('a claim of %s, and of the execution, in one transaction', async (_, seen, condition) => {
    dynamo.on(TransactWriteItemsCommand).resolves({});
    expect(await store.claim(incident, seen, lock.expiresAt)).toBe(true);
    const [update, put] = transaction();
    expect(update?.Update).toMatchObject({
      Key: { pk: { S: 'PLAN#orders' }, sk: { S: 'LOCK' } },
      ConditionExpression: condition,
    });
    expect(put?.Put).toMatchObject({ ConditionExpression: 'attribute_not_exists(pk)' });
  });

  it('an intent only with the holder’s epoch, id and open lock', async () => {
    dynamo.on(TransactWriteItemsCommand).resolves({});
    await store.recordPromotionIntent(incident, 'orders');
    const [update, put] = transaction();
    expect(update?.Update).toMatchObject({
      ConditionExpression: 'epoch = :epoch AND incidentId = :incidentId AND #status = :open',
      ExpressionAttributeValues: {
        ':epoch': { N: '1' },
        ':incidentId': { S: 'orders-1' },
        ':open': { S: 'open' },
      },
    });
    expect(put?.Put?.Item?.['sk']).toEqual({ S: 'INTENT#promote#orders' });
  });

  it('reads that are consistent', async () => {
    dynamo.on(GetItemCommand).resolves({});
    await store.readLock('orders');
    await store.readPromotionIntent(incident, 'orders');
    await store.readSnapshot(incident, 'x');
    await store.findByExecution('arn');
    const consistent = dynamo
      .commandCalls(GetItemCommand)
      .map(({ args }) => args[0].input.ConsistentRead);
    expect(consistent).toEqual([true, true, true, true]);
  });
});

describe('The incident store takes for an answer', () => {
  it.each([
    ['a condition that did not hold', cancelled('ConditionalCheckFailed', 'None'), false],
    ['a claim of the same execution', cancelled('None', 'ConditionalCheckFailed'), false],
  ])('%s', async (_, error, answer) => {
    dynamo.on(TransactWriteItemsCommand).rejects(error);
    expect(await store.claim(incident, lock, lock.expiresAt)).toBe(answer);
  });

  it.each([
    ['a conflict of transactions', cancelled('TransactionConflict', 'None')],
    ['throttling', cancelled('ThrottlingError', 'None')],
    ['no answer', refusedConnection()],
  ])('not %s: that is an error, to be tried again', async (_, error) => {
    dynamo.on(TransactWriteItemsCommand).rejects(error);
    await expect(store.claim(incident, lock, lock.expiresAt)).rejects.toBe(error);
    await expect(store.recordPromotionIntent(incident, 'orders')).rejects.toBe(error);
  });

  it('not an item of another shape: it is never guessed what a lock says', async () => {
    const torn = { ...lock, status: 'maybe' };
    dynamo.on(GetItemCommand).resolves({ Item: marshall(torn) });
    await expect(store.readLock('orders')).rejects.toMatchObject({ name: 'ZodError' });
    await expect(store.assertHolder(incident)).rejects.toMatchObject({ name: 'ZodError' });
  });

  it('not a snapshot that exists and cannot be read', async () => {
    const failed = new ConditionalCheckFailedException({ message: 'exists', $metadata: {} });
    dynamo.on(PutItemCommand).rejects(failed);
    dynamo.on(GetItemCommand).resolves({});
    await expect(store.snapshotOnce(incident, 'x', {})).rejects.toThrow('cannot be read');
  });
});

describe('The approval store sends', () => {
  const request = {
    taskToken: 't',
    question: 'q',
    evidenceDigest: 'd',
    requestedAt: lock.expiresAt,
    expiresAt: lock.expiresAt,
    evidence: [],
    approvers: [],
  };

  it('a question that replaces no decision on the same evidence', async () => {
    dynamo.on(PutItemCommand).resolves({});
    expect(await openApproval(runtime, 'i', request)).toBeUndefined();
    expect(dynamo.commandCalls(PutItemCommand)[0]?.args[0].input).toMatchObject({
      ConditionExpression: 'attribute_not_exists(decision) OR evidenceDigest <> :digest',
      ExpressionAttributeValues: { ':digest': { S: 'd' } },
    });
  });

  it('a decision only as the first, on this evidence, before the expiry', async () => {
    dynamo.on(UpdateItemCommand).resolves({});
    dynamo.on(GetItemCommand).resolves({});
    const yes = { decision: 'approved', by: 'ada', reason: 'go', evidenceDigest: 'd' } as const;
    await expect(decideApproval(runtime, 'i', yes)).rejects.toThrow('asks for no approval');
    expect(dynamo.commandCalls(UpdateItemCommand)[0]?.args[0].input).toMatchObject({
      ConditionExpression:
        'attribute_not_exists(decision) AND evidenceDigest = :digest AND expiresAt > :now',
      ExpressionAttributeValues: { ':digest': { S: 'd' }, ':now': { S: expect.any(String) } },
    });
  });
});
