import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import type { Json } from '../core/json.ts';
import { matches } from './aws/event-pattern.ts';
import { throughWire } from './asl/json.ts';
import type { Substituted } from './substitute.ts';
import type { World } from './world/world.ts';

const Mapping = z.strictObject({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  StartingPosition: z.literal('TRIM_HORIZON'),
  BatchSize: z.int(),
  MaximumRecordAgeInSeconds: z.int(),
  BisectBatchOnFunctionError: z.literal(true),
  FunctionResponseTypes: z.tuple([z.literal('ReportBatchItemFailures')]),
  FilterCriteria: z.strictObject({
    Filters: z.array(z.strictObject({ Pattern: z.string() })),
  }),
  DestinationConfig: z.strictObject({ OnFailure: z.strictObject({ Destination: z.string() }) }),
});
const Answer = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })) });

/** Lambda polls a stream four times a second. */
const POLL_MILLISECONDS = 250;
const RETRY_MILLISECONDS = 1000;

/** Calls a function by the ARN that the template gave it. */
type Invoke = (arn: string, event: Json) => Promise<unknown>;

/**
 * The table's stream and the mapping that reads it: every change, in the order of the writes, one
 * a call, again and again until the function takes it or it is too old.
 */
export function connectStream(
  resources: ReadonlyMap<string, Substituted>,
  world: World,
  invoke: Invoke,
  onGivenUp: (problem: string) => void,
): void {
  const mappings = [...resources.values()]
    .filter(({ type }) => type === 'AWS::Lambda::EventSourceMapping')
    .map(({ properties }) => Mapping.parse(properties));
  let number = 0;
  let last = Promise.resolve();
  world.onItemWritten = (keys, image) => {
    number += 1;
    const record = recordOf(number, keys, image);
    for (const mapping of mappings) {
      const filters = mapping.FilterCriteria.Filters.map(({ Pattern }) =>
        z.json().parse(JSON.parse(Pattern)),
      );
      if (!filters.some((filter) => matches(filter, record))) continue;
      last = last.then(async () => {
        await deliver(mapping, record, world, invoke, onGivenUp);
      });
    }
  };
}

function recordOf(
  number: number,
  keys: Record<string, AttributeValue>,
  image: Record<string, AttributeValue>,
): Json {
  return throughWire({
    eventID: `event-${number}`,
    eventName: 'MODIFY',
    dynamodb: { Keys: keys, NewImage: image, SequenceNumber: String(number).padStart(21, '0') },
  });
}

async function deliver(
  mapping: z.infer<typeof Mapping>,
  record: Json,
  world: World,
  invoke: Invoke,
  onGivenUp: (problem: string) => void,
): Promise<void> {
  const from = world.clock.now().getTime();
  await world.clock.sleep(POLL_MILLISECONDS);
  for (;;) {
    const problem = await tryOnce(mapping, record, invoke);
    if (problem === undefined) return;
    const age = world.clock.now().getTime() - from;
    if (age > mapping.MaximumRecordAgeInSeconds * 1000) {
      onGivenUp(`A change of the table was given up: ${problem}`);
      return;
    }
    await world.clock.sleep(RETRY_MILLISECONDS);
  }
}

async function tryOnce(
  { FunctionName }: z.infer<typeof Mapping>,
  record: Json,
  invoke: Invoke,
): Promise<string | undefined> {
  try {
    const answer = Answer.parse(await invoke(FunctionName, { Records: [record] }));
    return answer.batchItemFailures.length === 0 ? undefined : 'the function could not take it';
  } catch (error) {
    return String(error);
  }
}
