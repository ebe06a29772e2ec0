import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { castVote } from '../../aws/approvals/cast-vote.ts';
import { openRequest } from '../../aws/approvals/request-store.ts';
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

import { digest, olga, origin, sampleRequest } from '../approval-samples.ts';

describe('The incident store sends', () => {
  it.each([
    ['a lock that nobody ever had', undefined, 'attribute_not_exists(pk)'],
    [
      'a lock as it was seen, without a promotion',
      lock,
      'epoch = :seen AND #status = :status AND attribute_not_exists(promotedAt)',
    ],
    [
      'a lock as it was seen, with the promotion that it had',
      { ...lock, promotedAt: lock.expiresAt },
      'epoch = :seen AND #status = :status AND promotedAt = :promotedAt',
    ],
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

  it('an intent only with the holder’s epoch, id and open lock, and if it has not given up', async () => {
    dynamo.on(TransactWriteItemsCommand).resolves({});
    await store.recordPromotionIntent(incident, 'orders');
    const [update, put] = transaction();
    expect(update?.Update).toMatchObject({
      ConditionExpression:
        'epoch = :epoch AND incidentId = :incidentId AND #status = :open ' +
        'AND abandonedBy <> :incidentId',
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
  it('a question that replaces none about the same evidence', async () => {
    dynamo.on(PutItemCommand).resolves({});
    await openRequest(runtime, sampleRequest());
    expect(dynamo.commandCalls(PutItemCommand)[0]?.args[0].input).toMatchObject({
      ConditionExpression: 'attribute_not_exists(pk) OR evidenceDigest <> :digest',
      ExpressionAttributeValues: { ':digest': { S: digest } },
    });
  });

  it('a vote only on the question as it was read, and with its line in the ledger', async () => {
    const stored = { pk: 'INCIDENT#orders-1', sk: 'APPROVAL', ...sampleRequest({ revision: 7 }) };
    const far = { ...stored, expiresAt: '2999-01-01T00:00:00.000Z' };
    dynamo.on(GetItemCommand).resolves({ Item: marshall(far) });
    dynamo.on(TransactWriteItemsCommand).resolves({});
    const ballot = { incidentId: 'orders-1', voter: { name: olga.name }, decision: 'approved' };
    const rest = { reason: 'go', evidenceDigest: digest, origin } as const;
    await castVote(runtime, { ...ballot, ...rest, decision: 'approved' });
    const [update, ...puts] =
      dynamo.commandCalls(TransactWriteItemsCommand)[0]?.args[0].input.TransactItems ?? [];
    expect(update?.Update).toMatchObject({
      ConditionExpression: 'evidenceDigest = :seenDigest AND #revision = :seenRevision',
      ExpressionAttributeValues: { ':seenRevision': { N: '7' }, ':revision': { N: '8' } },
    });
    expect(puts.map(({ Put }) => Put?.Item?.['what']?.S)).toEqual(['vote', 'approval-decided']);
  });
});
