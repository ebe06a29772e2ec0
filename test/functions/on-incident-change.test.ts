import { marshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, it } from '@jest/globals';
import { onIncidentChange } from '../../functions/on-incident-change.ts';
import { askedAt, digest, olga, sampleRequest } from '../approval-samples.ts';
import { openBench } from './support.ts';

const decision = {
  decision: 'approved',
  by: olga.name,
  reason: '',
  decidedAt: askedAt,
  evidenceDigest: digest,
} as const;

async function prepare() {
  const bench = await openBench();
  bench.tokens.set('token-1', undefined);
  const incidentId = bench.incident.id;
  const item = (change: object) => ({
    pk: `INCIDENT#${incidentId}`,
    sk: 'APPROVAL',
    ...sampleRequest({ incidentId }),
    ...change,
  });
  const follow = async (...items: object[]) =>
    await bench.run(onIncidentChange, {
      Records: items.map((each, index) => ({
        dynamodb: {
          SequenceNumber: String(index + 1),
          NewImage: marshall(each, { removeUndefinedValues: true }),
        },
      })),
    });
  return { ...bench, item, follow };
}

describe('OnIncidentChange', () => {
  it('wakes nobody for a question that is open, and none without a token', async () => {
    const { follow, item, tokens } = await prepare();
    const untold = item({ decision, taskToken: undefined });
    expect(await follow(item({}), untold)).toEqual({ batchItemFailures: [] });
    expect(tokens.get('token-1')).toBeUndefined();
  });

  it('wakes the waiting state when the question is decided, and says nothing of the decision', async () => {
    const { follow, item, tokens } = await prepare();
    await follow(item({ decision }));
    expect(tokens.get('token-1')).toEqual({ look: 'at the table' });
  });

  it('takes a change that comes twice, after the state went on', async () => {
    const { follow, item } = await prepare();
    await follow(item({ decision }));
    expect(await follow(item({ decision }))).toEqual({ batchItemFailures: [] });
  });

  it('asks for the record again, and those after it, where the state could not be woken', async () => {
    const { follow, item, faults, tokens } = await prepare();
    faults.inject('request lost', 1, 'SendTaskSuccess');
    const failed = await follow(item({}), item({ decision }), item({ decision }));
    expect(failed).toEqual({ batchItemFailures: [{ itemIdentifier: '2' }] });
    await follow(item({ decision }));
    expect(tokens.get('token-1')).toEqual({ look: 'at the table' });
  });

  it('wakes the state also where nobody can be shown anything', async () => {
    const { follow, item, faults, tokens } = await prepare();
    faults.always('rejected', 'Query');
    expect(await follow(item({ decision }))).toEqual({ batchItemFailures: [] });
    expect(tokens.get('token-1')).toEqual({ look: 'at the table' });
  });

  it('leaves other items alone', async () => {
    const { follow } = await prepare();
    const other = { pk: 'PLAN#orders', sk: 'LOCK', epoch: 1 };
    expect(await follow(other)).toEqual({ batchItemFailures: [] });
  });
});
