import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { castVote } from '../../../aws/approvals/cast-vote.ts';
import { openRequest, readRequest } from '../../../aws/approvals/request-store.ts';
import { readLedger } from '../../../aws/ledger.ts';
import { askedAt, digest, olga, origin, otto, sampleRequest } from '../../approval-samples.ts';
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
    const later = { expiresAt: '2999-01-01T00:00:00.000Z' };
    const yes = {
      voter: { name: olga.name },
      decision: 'approved',
      reason: 'go',
      evidenceDigest: digest,
      origin,
    } as const;
    const no = { ...yes, voter: { name: otto.name }, decision: 'rejected' } as const;

    // moto cannot run two transactions at once: the race itself is played in the lab.
    it('take the first of two decisions, and no other one after it', async () => {
      const runtime = await withTable();
      for (let turn = 0; turn < 4; turn += 1) {
        const incidentId = `i-${turn}`;
        await openRequest(runtime, sampleRequest({ incidentId, ...later }));
        const [first, second] = turn % 2 === 0 ? [yes, no] : [no, yes];
        expect((await castVote(runtime, { incidentId, ...first })).outcome).toBe('decided');
        expect((await castVote(runtime, { incidentId, ...second })).outcome).toBe('refused');
        const lines = (await readLedger(runtime, incidentId)).map(({ what }) => what);
        expect(lines.toSorted()).toEqual(['approval-decided', 'attempt-refused', 'vote']);
      }
    });

    it('refuse a late decision, and one on old evidence', async () => {
      const runtime = await withTable();
      await openRequest(runtime, sampleRequest({ incidentId: 'late', expiresAt: askedAt }));
      const late = await castVote(runtime, { incidentId: 'late', ...yes });
      expect(late.ruleId).toBe('expired');
      await openRequest(runtime, sampleRequest({ incidentId: 'old', ...later }));
      const newer = { evidenceDigest: 'b'.repeat(64), ...later };
      await openRequest(runtime, sampleRequest({ incidentId: 'old', ...newer }));
      const old = await castVote(runtime, { incidentId: 'old', ...yes });
      expect(old.ruleId).toBe('superseded');
      expect((await readRequest(runtime, 'old'))?.decision).toBeUndefined();
    });
  });
});
