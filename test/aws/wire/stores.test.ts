import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { decideApproval, openApproval, readApproval } from '../../../aws/approval-store.ts';
import { createIncidentStore } from '../../../aws/incident-store.ts';
import type { Runtime } from '../../../aws/runtime.ts';
import { incidentOf, storeContract } from '../store-contract.ts';
import { contextWith } from '../support.ts';
import { describeOnWire, startMoto } from './moto.ts';
import type { Moto } from './moto.ts';

let moto: Moto;
let tables = 0;

/** A runtime with an empty table of its own, as the stack creates it. */
async function withTable(): Promise<Runtime> {
  const { runtime } = contextWith({ client: moto.client });
  tables += 1;
  const incidentTable = `incidents-${tables}`;
  await moto.client(DynamoDBClient, runtime.environment.region).send(
    new CreateTableCommand({
      TableName: incidentTable,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    }),
  );
  return { ...runtime, environment: { ...runtime.environment, incidentTable } };
}

describeOnWire('the stores against moto', () => {
  beforeAll(async () => {
    moto = await startMoto();
  });
  afterAll(async () => {
    await moto.stop();
  });

  describe('incidents', () => {
    storeContract(withTable, false);

    it('clears the ending of the last incident when the lock is claimed', async () => {
      const store = createIncidentStore(await withTable());
      await store.claim(incidentOf(1), undefined, '2026-10-03T02:04:45.000Z');
      await store.close(incidentOf(1), 'stoodDown');
      expect(await store.readLock('orders')).toHaveProperty('closedAt');
      await store.claim(incidentOf(2), await store.readLock('orders'), '2026-10-03T02:04:45.000Z');
      expect(await store.readLock('orders')).not.toHaveProperty('closedAt');
    });
  });

  describe('approvals', () => {
    const request = {
      taskToken: 'token-1',
      question: 'More could be lost.',
      evidenceDigest: 'a',
      requestedAt: '2026-10-02T17:00:00.000Z',
      expiresAt: '2026-10-02T17:30:00.000Z',
      evidence: [],
      approvers: ['Ada'],
    };
    const yes = { decision: 'approved', by: 'ada', reason: 'go', evidenceDigest: 'a' } as const;
    const no = { ...yes, decision: 'rejected', by: 'bob' } as const;

    it('take one of two decisions at the same instant, and no other one after it', async () => {
      const sfn = mockClient(SFNClient);
      sfn.onAnyCommand().resolves({});
      const runtime = await withTable();
      for (let turn = 0; turn < 20; turn += 1) {
        const id = `i-${turn}`;
        await openApproval(runtime, id, request);
        const both = [yes, no].map((each) => decideApproval(runtime, id, each));
        const results = await Promise.allSettled(both);
        expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      }
      // The token was answered once for each question, and by the winner.
      expect(sfn.calls()).toHaveLength(20);
      sfn.restore();
    });

    it('refuse a late decision, and one on old evidence', async () => {
      const runtime = await withTable();
      await openApproval(runtime, 'late', { ...request, expiresAt: '2026-10-02T17:10:00.000Z' });
      await expect(decideApproval(runtime, 'late', yes)).rejects.toThrow('the question expired');
      await openApproval(runtime, 'old', request);
      await openApproval(runtime, 'old', { ...request, evidenceDigest: 'b' });
      await expect(decideApproval(runtime, 'old', yes)).rejects.toThrow('newer evidence');
      expect((await readApproval(runtime, 'old'))?.decision).toBeUndefined();
    });
  });
});
