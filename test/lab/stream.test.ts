import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { createVirtualClock } from '../../lab/clock.ts';
import { connectStream } from '../../lab/stream.ts';
import type { Substituted } from '../../lab/substitute.ts';
import { createBench } from '../functions/support.ts';

const Batch = z.object({
  Records: z.array(z.object({ dynamodb: z.object({ SequenceNumber: z.string() }) })),
});

interface Called {
  readonly name: string;
  readonly numbers: readonly number[];
  readonly at: number;
}

const any = '{"dynamodb":{"Keys":{"sk":{"S":[{"exists":true}]}}}}';

function mappingTo(name: string, pattern: string): [string, Substituted][] {
  const mapping = {
    EventSourceArn: 'stream',
    FunctionName: name,
    StartingPosition: 'TRIM_HORIZON',
    BatchSize: 3,
    MaximumRecordAgeInSeconds: 60,
    BisectBatchOnFunctionError: true,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    FilterCriteria: { Filters: [{ Pattern: pattern }] },
    DestinationConfig: { OnFailure: { Destination: 'queue' } },
  };
  const type = 'AWS::Lambda::EventSourceMapping';
  return [
    [`${name}Mapping`, { type, arn: `${name}-mapping`, properties: mapping }],
    [name, { type: 'AWS::Lambda::Function', arn: name, properties: { Timeout: 10 } }],
  ];
}

/** Writes items of these kinds at once, and tells which batches the functions were called with. */
async function deliver(
  kinds: readonly string[],
  patterns: Readonly<Record<string, string>>,
  answer: (called: Called, sleep: (seconds: number) => Promise<void>) => Promise<number[]>,
) {
  const clock = createVirtualClock(new Date(0));
  const { world } = createBench();
  const calls: Called[] = [];
  const problems: string[] = [];
  const resources = Object.entries(patterns).flatMap(([name, each]) => mappingTo(name, each));
  const stage = { ...world, clock };
  const invoke = async (name: string, event: unknown) => {
    const numbers = Batch.parse(event).Records.map((each) => Number(each.dynamodb.SequenceNumber));
    const called = { name, numbers, at: clock.now().getTime() / 1000 };
    calls.push(called);
    const failed = await answer(called, async (seconds) => {
      await clock.sleep(seconds * 1000);
    });
    const identifiers = failed.map((number) => String(number).padStart(21, '0'));
    return { batchItemFailures: identifiers.map((itemIdentifier) => ({ itemIdentifier })) };
  };
  connectStream(new Map(resources), stage, invoke, (problem) => problems.push(problem));
  await clock.run(async () => {
    for (const kind of kinds) stage.onItemWritten({ sk: { S: kind } }, { kind: { S: kind } });
    await clock.sleep(200_000);
  });
  return { calls, problems, batchesOf: (name: string) => batches(calls, name) };
}

const batches = (calls: readonly Called[], wanted: string) =>
  calls.flatMap(({ name, numbers }) => (name === wanted ? [numbers] : []));

describe('The stream of the table', () => {
  it('gives up what is too old, says so, and goes on after it', async () => {
    const { calls, problems } = await deliver(['a', 'b'], { f: any }, async ({ numbers }) =>
      numbers.includes(1) ? [1] : [],
    );
    expect(problems).toEqual([
      'A change of the table was given up: the function could not take it',
    ]);
    expect(calls.at(-1)?.numbers).toEqual([2]);
  });

  it('kills a function after its timeout, and tries the batch again in halves', async () => {
    const seen: number[][] = [];
    const { batchesOf } = await deliver(['a', 'b', 'c'], { f: any }, async ({ numbers }, sleep) => {
      seen.push([...numbers]);
      if (seen.length === 1) await sleep(11);
      return [];
    });
    expect(batchesOf('f')).toEqual([[1, 2, 3], [1], [2, 3]]);
  });

  it('repeats from the record that failed, with those after it', async () => {
    let failures = 1;
    const { batchesOf } = await deliver(['a', 'b', 'c', 'd'], { f: any }, async () =>
      failures-- > 0 ? [2] : [],
    );
    expect(batchesOf('f')).toEqual([[1, 2, 3], [2, 3], [4]]);
  });

  it('gives each mapping what its filter lets through, and lets none wait for another', async () => {
    const only = '{"dynamodb":{"NewImage":{"kind":{"S":["vote"]}}}}';
    const { calls } = await deliver(
      ['phase', 'vote', 'phase'],
      { slow: any, quick: only },
      async ({ name }, sleep) => {
        if (name === 'slow') await sleep(9);
        return [];
      },
    );
    expect(batches(calls, 'slow')).toEqual([[1, 2, 3]]);
    expect(calls.filter(({ name }) => name === 'quick')).toEqual([
      { name: 'quick', numbers: [2], at: 0.25 },
    ]);
  });
});
