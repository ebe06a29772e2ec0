import * as z from 'zod';
import type { Json } from '../core/json.ts';
import { JsonValue } from '../core/json.ts';
import { matches } from './aws/event-pattern.ts';
import { throughWire } from './asl/json.ts';
import type { LabClock } from './clock.ts';
import { Stop } from './stop.ts';
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
const Lambda = z.object({ Timeout: z.int() });
const Answer = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })) });

/** Lambda polls a stream four times a second. */
const POLL_MILLISECONDS = 250;
const RETRY_MILLISECONDS = 1000;

/** Calls a function by the ARN that the template gave it. */
type Invoke = (arn: string, event: Json) => Promise<unknown>;

/** A record that a mapping has not got rid of. */
interface Waiting {
  readonly record: Json;
  readonly number: string;
  readonly from: Date;
}

/** A mapping, and after how many seconds Lambda kills its function. */
type Mapped = z.infer<typeof Mapping> & { readonly timeoutSeconds: number };

/**
 * The table's stream and the mappings that read it, each for itself: every change that the filters
 * let through, in the order of the writes, in batches, again and again until the function takes it
 * or it is too old.
 */
export function connectStream(
  resources: ReadonlyMap<string, Substituted>,
  world: World,
  invoke: Invoke,
  onGivenUp: (problem: string) => void,
): void {
  const all = [...resources.values()];
  const readers = all
    .filter(({ type }) => type === 'AWS::Lambda::EventSourceMapping')
    .map(({ properties }) => {
      const mapping = Mapping.parse(properties);
      const found = all.find(({ arn }) => arn === mapping.FunctionName);
      const timeoutSeconds = Lambda.parse(found?.properties).Timeout;
      return createReader({ ...mapping, timeoutSeconds }, world.clock, invoke, onGivenUp);
    });
  let count = 0;
  world.onItemWritten = (keys, image) => {
    count += 1;
    const number = String(count).padStart(21, '0');
    const record = throughWire({
      eventID: `event-${count}`,
      eventName: 'MODIFY',
      dynamodb: { Keys: keys, NewImage: image, SequenceNumber: number },
    });
    for (const read of readers) read({ record, number, from: world.clock.now() });
  };
}

/** Reads the stream for one mapping: one batch at a time, which holds up those after it. */
function createReader(
  mapping: Mapped,
  clock: LabClock,
  invoke: Invoke,
  onGivenUp: (problem: string) => void,
): (waiting: Waiting) => void {
  const filters = mapping.FilterCriteria.Filters.map(({ Pattern }) =>
    JsonValue.parse(JSON.parse(Pattern)),
  );
  const queue: Waiting[] = [];
  let isReading = false;
  const readAll = async (): Promise<void> => {
    while (queue.length > 0) {
      await clock.sleep(POLL_MILLISECONDS);
      await deliver(queue.splice(0, mapping.BatchSize));
    }
    isReading = false;
  };
  const deliver = async (batch: readonly Waiting[]): Promise<void> => {
    let rest = batch;
    let size = batch.length;
    for (let [first] = rest; first !== undefined; [first] = rest) {
      const { taken, problem } = await tryOnce(mapping, rest.slice(0, size), clock, invoke);
      rest = rest.slice(taken);
      // A batch that fails as a whole is tried again in halves.
      size = taken > 0 ? rest.length : Math.max(1, Math.floor(size / 2));
      if (problem === undefined) continue;
      const age = clock.now().getTime() - (rest[0]?.from ?? first.from).getTime();
      if (age > mapping.MaximumRecordAgeInSeconds * 1000) {
        onGivenUp(`A change of the table was given up: ${problem}`);
        rest = rest.slice(1);
      }
      await clock.sleep(RETRY_MILLISECONDS);
    }
  };
  return (waiting) => {
    if (!filters.some((filter) => matches(filter, waiting.record))) return;
    queue.push(waiting);
    if (isReading) return;
    isReading = true;
    void readAll();
  };
}

/** Calls the function once: how many of the batch it took, and why not all. */
async function tryOnce(
  { FunctionName, timeoutSeconds }: Mapped,
  batch: readonly Waiting[],
  clock: LabClock,
  invoke: Invoke,
): Promise<{ readonly taken: number; readonly problem?: string }> {
  const ended = new Stop();
  const killed = async (): Promise<never> => {
    await clock.sleep(timeoutSeconds * 1000, ended);
    throw new Error(`Task timed out after ${timeoutSeconds} seconds`);
  };
  try {
    const event = { Records: batch.map(({ record }) => record) };
    const answer = Answer.parse(await Promise.race([invoke(FunctionName, event), killed()]));
    const failed = new Set(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    const taken = batch.findIndex(({ number }) => failed.has(number));
    if (taken === -1) return { taken: batch.length };
    return { taken, problem: 'the function could not take it' };
  } catch (error) {
    return { taken: 0, problem: String(error) };
  } finally {
    ended.abort(new Error('the function has answered'));
  }
}
