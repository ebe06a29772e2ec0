import { marshall } from '@aws-sdk/util-dynamodb';
import type { Step } from '../../aws/step.ts';
import type { StreamEvent } from '../../aws/stream-event.ts';
import { askedAt, digest, olga, sampleRequest } from '../approval-samples.ts';
import { openBench } from './support.ts';

/** How Olga decided. */
export const decision = {
  decision: 'approved',
  by: olga.name,
  reason: '',
  decidedAt: askedAt,
  evidenceDigest: digest,
} as const;

/** An incident whose state waits with `token-1`, and a way to hand items to who follows the table. */
export async function prepare() {
  const bench = await openBench();
  bench.tokens.set('token-1', undefined);
  const incidentId = bench.incident.id;
  const item = (change: object) => ({
    pk: `INCIDENT#${incidentId}`,
    sk: 'APPROVAL',
    ...sampleRequest({ incidentId }),
    ...change,
  });
  const follow = async <Output>(step: Step<typeof StreamEvent, Output>, ...items: object[]) =>
    await bench.run(step, {
      Records: items.map((each, index) => ({
        dynamodb: {
          SequenceNumber: String(index + 1),
          NewImage: marshall(each, { removeUndefinedValues: true }),
        },
      })),
    });
  return { ...bench, item, follow };
}
