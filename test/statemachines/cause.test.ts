import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import * as z from 'zod';
import { evaluateTemplate } from '../../lab/asl/evaluate.ts';
import { createFunctions } from '../../lab/asl/functions.ts';

const Definition = z.object({
  StartAt: z.string(),
  States: z.record(z.string(), z.unknown()),
});
const Caught = z.object({
  Catch: z.tuple([z.object({ Assign: z.object({ failure: z.object({ why: z.string() }) }) })]),
});

/** How a machine words the cause of a failure: the expression that all its states share. */
async function wordingOf(machine: string): Promise<string> {
  const place = join(import.meta.dirname, '..', '..', 'statemachines', `${machine}.asl.yaml`);
  const { StartAt, States } = Definition.parse(
    parse(await readFile(place, 'utf8'), { merge: true }),
  );
  return Caught.parse(States[StartAt]).Catch[0].Assign.failure.why;
}

const long = JSON.stringify({ errorType: 'NotReadyError', errorMessage: 'x'.repeat(40_000) });

describe.each(['failover', 'switchover', 'reconcile'])('a failure in the machine %s', (machine) => {
  it.each<[string, string | undefined, string]>([
    ['of a function, by its message', '{"errorMessage":"Lag unknown."}', 'Lag unknown.'],
    ['of a service, as it is', 'Too many requests.', 'Too many requests.'],
    ['without a message, as it is', '{"detail":1}', '{"detail":1}'],
    // Step Functions keeps 32 KiB of a cause.
    ['that was cut, as far as it goes', long.slice(0, 32_768), long.slice(0, 32_768)],
    ['without a cause, as that', undefined, 'No cause was given.'],
  ])('is told %s', async (_, cause, words) => {
    const errorOutput = { Error: 'Boom', ...(cause === undefined ? {} : { Cause: cause }) };
    const functions = createFunctions({ now: new Date(0), random: () => 0 });
    const lookup = (name: string) => (name === 'states' ? { errorOutput } : functions[name]);
    expect(await evaluateTemplate(await wordingOf(machine), 'Assign/why', lookup)).toBe(words);
  });
});
