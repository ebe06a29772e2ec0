import { createRequire } from 'node:module';
import { beforeAll, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import type { StateMachine, TaskState } from '../../lab/asl/definition.ts';
import { allStates } from '../../lab/asl/definition.ts';
import { lintStateMachine } from '../../lab/asl/lint.ts';
import { parseStateMachine } from '../../lab/asl/parse.ts';
import { substitute } from '../../lab/substitute.ts';
import { packTemplate } from '../../lab/template.ts';
import { drillPlanFile } from '../lab/virtual/scene.ts';

const require = createRequire(import.meta.url);
const Verdict = z.object({ isValid: z.boolean(), errorsText: z.custom<() => string>() });
const aslValidator = z
  .custom<(definition: unknown) => unknown>((value) => typeof value === 'function')
  .parse(require('asl-validator'));

const LanguageService = z.object({
  parseJSONDocument: z.custom<(document: unknown) => unknown>(),
  doValidation: z.custom<(document: unknown, json: unknown) => Promise<unknown>>(),
});
const language = z
  .object({
    getLanguageService: z.custom<(options: object) => unknown>(),
    TextDocument: z.object({ create: z.custom<(...of: readonly unknown[]) => unknown>() }),
  })
  .parse(require('amazon-states-language-service'));

/** What the language service of the AWS Toolkit finds wrong with a definition. */
async function diagnose(text: string): Promise<unknown[]> {
  const service = LanguageService.parse(language.getLanguageService({}));
  const document = language.TextDocument.create('file://failover.asl', 'asl', 1, text);
  const found = await service.doValidation(document, service.parseJSONDocument(document));
  return z.array(z.unknown()).parse(found);
}

let resources: ReturnType<typeof substitute>['resources'];
beforeAll(async () => {
  resources = substitute(await packTemplate(drillPlanFile), 'eu-central-1').resources;
});

const ends = { Failover: 'Recovered', Switchover: 'Moved' } as const;
describe.each(Object.entries(ends))('the definition of the %s', (id, end) => {
  let definition: unknown;
  let machine: StateMachine;
  beforeAll(() => {
    definition = resources.get(id)?.properties['Definition'];
    machine = parseStateMachine(definition);
  });
  const tasks = (): TaskState[] =>
    allStates(machine).filter((state): state is TaskState => state.Type === 'Task');
  it('is refused by asl-validator once a state is broken', () => {
    const broken: unknown = JSON.parse(
      JSON.stringify(definition).replace('"Type":"Wait"', '"Type":"Nap"'),
    );
    expect(Verdict.parse(aslValidator(broken)).isValid).toBe(false);
  });

  it('is accepted by asl-validator', () => {
    const verdict = Verdict.parse(aslValidator(definition));
    expect(verdict.isValid ? '' : verdict.errorsText()).toBe('');
  });

  it('is refused by the language service once it leads nowhere', async () => {
    const text = JSON.stringify(definition).replace(`"Next":"${end}"`, '"Next":"Nowhere"');
    expect(await diagnose(text)).not.toStrictEqual([]);
  });

  it('is accepted by the language service', async () => {
    expect(await diagnose(JSON.stringify(definition))).toStrictEqual([]);
  });

  it('leaves our lint nothing to find', () => {
    expect(lintStateMachine(machine)).toStrictEqual([]);
  });

  it('gives every Task a timeout, a Retry and a Catch of everything', () => {
    const bare = tasks().filter(({ TimeoutSeconds, Retry = [], Catch = [] }) => {
      const last = [Retry.at(-1), Catch.at(-1)];
      const isAll = last.every((each) => each?.ErrorEquals.join() === 'States.ALL');
      return TimeoutSeconds === undefined || !isAll;
    });
    expect(tasks().length).toBeGreaterThan(18);
    expect(bare.map(({ name }) => name)).toStrictEqual([]);
  });

  it('never retries a refusal', () => {
    const retried = tasks().filter(({ Retry = [] }) => {
      const [first] = Retry;
      return first?.MaxAttempts !== 0 || !first.ErrorEquals.includes('NotReadyError');
    });
    expect(retried.map(({ name }) => name)).toStrictEqual([]);
  });

  it('ends before its lock would expire', () => {
    expect(machine.timeoutSeconds).toBeLessThan(29 * 3600);
  });
});
