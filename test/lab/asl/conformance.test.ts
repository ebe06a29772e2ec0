import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { startExecution } from '../../../lab/asl/execution.ts';
import type { HistoryEvent } from '../../../lab/asl/history.ts';
import { isJsonArray, isRecord, parseJson } from '../../../lab/asl/json.ts';
import { parseStateMachine } from '../../../lab/asl/parse.ts';
import { createVirtualClock } from '../../../lab/clock.ts';
import type { LabClock } from '../../../lab/clock.ts';
import type { Json } from '../../../core/json.ts';

const FOLDER = join(import.meta.dirname, '../../../../shared/conformance');
const FILE = join(FOLDER, 'step-functions-recordings.json');

const lambda = z.union([
  z.strictObject({ returns: z.literal('input') }),
  z.strictObject({ returnsValue: z.json() }),
  z.strictObject({ throws: z.strictObject({ name: z.string(), message: z.string() }) }),
  z.strictObject({ sleepsSeconds: z.number() }),
  z.strictObject({ returnsBytes: z.number() }),
]);
type LambdaBehaviour = z.infer<typeof lambda>;

const recording = z.strictObject({
  name: z.string(),
  language: z.string(),
  definition: z.unknown(),
  input: z.json(),
  lambdas: z.record(z.string(), lambda),
  expected: z.strictObject({
    status: z.string(),
    output: z.json().optional(),
    error: z.string().optional(),
    cause: z.json().optional(),
  }),
  events: z.array(z.strictObject({ type: z.string(), state: z.string().optional() })),
});
type Recording = z.infer<typeof recording>;

// AWS's answer over HTTP, which only this field of an integration's output describes.
const HTTP_FIELDS = ['SdkHttpMetadata', 'SdkResponseMetadata'];
// This list went through a tool that keeps only the last end of nested Parallel states: AWS writes
// both ends of both (as other recordings show), so these events are left out of the comparison.
const LOST_EVENTS = new Map([
  [
    'test_parallel_state_nested',
    [
      { type: 'ParallelStateSucceeded' },
      { type: 'ParallelStateExited', state: 'ParallelStateL2' },
      { type: 'ParallelStateSucceeded' },
    ],
  ],
]);

async function behave(behaviour: LambdaBehaviour, payload: Json, clock: LabClock): Promise<Json> {
  if ('returns' in behaviour) return payload;
  if ('returnsValue' in behaviour) return plain(behaviour.returnsValue);
  if ('returnsBytes' in behaviour) return 'x'.repeat(behaviour.returnsBytes);
  if ('sleepsSeconds' in behaviour) {
    await clock.sleep(behaviour.sleepsSeconds * 1000);
    return null;
  }
  const error = new Error(behaviour.throws.message);
  error.name = behaviour.throws.name;
  throw error;
}

// Recorded payloads are JSON text where they are not objects.
function plain(value: Json): Json {
  if (typeof value !== 'string') return value;
  try {
    return parseJson(value);
  } catch {
    return value;
  }
}

/** Without what differs between runs: the HTTP answer, and dates, which the recordings blank. */
function comparable(value: Json): Json {
  if (typeof value === 'string') return /^\d{4}-\d\d-\d\dT/.test(value) ? 'date' : value;
  if (isJsonArray(value)) return value.map(comparable);
  if (!isRecord(value)) return value;
  const kept = Object.entries(value).filter(([key]) => !HTTP_FIELDS.includes(key));
  return Object.fromEntries(kept.map(([key, item]) => [key, comparable(item)]));
}

function summary(event: HistoryEvent) {
  const state = event.stateEnteredEventDetails?.name ?? event.stateExitedEventDetails?.name;
  return state === undefined ? { type: event.type } : { type: event.type, state };
}

function withoutLost(name: string, events: readonly object[]): object[] {
  const kept = [...events];
  for (const lost of LOST_EVENTS.get(name) ?? []) {
    const at = kept.findIndex((event) => isDeepStrictEqual(event, lost));
    expect(at).toBeGreaterThan(-1);
    kept.splice(at, 1);
  }
  return kept;
}

async function replay({ definition, input, lambdas }: Recording) {
  const clock = createVirtualClock(new Date('2026-01-01T00:00:00Z'));
  const execution = startExecution({
    machine: parseStateMachine(definition),
    name: 'recorded',
    stateMachineArn: 'arn:aws:states:us-east-1:111111111111:stateMachine:recorded',
    input,
    clock,
    random: () => 0.5,
    invoke: async ({ functionArn, payload }) => {
      const behaviour = lambdas[functionArn];
      if (!behaviour) throw new Error(`no such function: ${functionArn}`);
      return await behave(behaviour, payload, clock);
    },
  });
  const result = await clock.run(async () => await execution.done);
  return { result, events: execution.history.map(summary) };
}

function readRecordings(): Recording[] {
  return z.array(recording).parse(JSON.parse(readFileSync(FILE, 'utf8')));
}

if (existsSync(FILE)) {
  describe('executions recorded by AWS', () => {
    it.each(readRecordings())('reproduces $name', async (recorded) => {
      const { result, events } = await replay(recorded);
      const { expected } = recorded;
      expect({ status: result.status, error: result.error }).toEqual({
        status: expected.status,
        error: expected.error,
      });
      expect(withoutLost(recorded.name, events)).toEqual(recorded.events);
      if (typeof expected.cause === 'string') expect(result.cause).toBe(expected.cause);
      if (expected.output !== undefined) {
        expect(comparable(result.output ?? null)).toEqual(comparable(plain(expected.output)));
      }
    });
  });
} else {
  describe.skip('executions recorded by AWS', () => {
    it(`needs the recordings in ${FOLDER}`, () => undefined);
  });
}
