import { describe, expect, it } from '@jest/globals';
import type { Runtime } from '../../aws/runtime.ts';
import { createOperatorCommands } from '../../cli/operate.ts';
import { switchoverCommand } from '../../cli/switchover.ts';
import { openSwitchover } from '../../functions/open-switchover.ts';
import type { Bench } from '../functions/support.ts';
import { healthyBench } from '../functions/switchover-bench.ts';
import { asOlga, connectTo, olga, terminalOf } from './operator.ts';

asOlga();
const MACHINE = 'arn:aws:states:eu-central-1:111122223333:stateMachine:s-switchover';
const THERE = ['--to', 'eu-central-1', '--reason', 'a test'] as const;

/** What Step Functions does with a run: `begin` plays it, and `tell` says what became of it. */
interface Machine {
  readonly begin?: (bench: Bench, input: unknown, arn: string) => Promise<unknown>;
  readonly tell?: () => object;
  readonly hasMachine?: boolean;
}

const opening: NonNullable<Machine['begin']> = async (bench, request, executionArn) =>
  await bench.run(openSwitchover, { request, executionArn });

function prepare({ begin = opening, tell, hasMachine = true }: Machine, typed = 'orders') {
  const bench = healthyBench();
  const started: { readonly arn: string; readonly name: string; readonly input: unknown }[] = [];
  let begun: Promise<unknown> = Promise.resolve();
  bench.world.startExecution = (arn, input, name) => {
    started.push({ arn, name, input });
    begun = begin(bench, input, `${arn}:${name}`);
    return { arn: `${arn}:${name}`, status: () => 'RUNNING' };
  };
  bench.world.describeExecution = () => tell?.() ?? { status: 'RUNNING' };
  const environment = { ...bench.runtime.environment, ...(hasMachine && { switchover: MACHINE }) };
  const runtime: Runtime = { ...bench.runtime, environment };
  const { connect, opened } = connectTo(runtime);
  const waits: number[] = [];
  const wait = async (milliseconds: number): Promise<void> => {
    waits.push(milliseconds);
    await begun;
  };
  const terminal = terminalOf(typed);
  const run = (name: 'switchover' | 'rebuild', ...args: string[]) =>
    terminal.run(switchoverCommand(connect, name, wait), ...args);
  return { ...bench, ...terminal, started, opened, waits, command: run };
}

describe('failover switchover and rebuild refuse', () => {
  it.each<[string, string[], string]>([
    ['no plan', [...THERE], 'found 0 names'],
    ['two plans', ['orders', 'users', ...THERE], 'found 2 names'],
    ['no Region', ['orders', '--reason', 'x'], '--to REGION is missing'],
    ['no reason', ['orders', '--to', 'eu-west-1'], '--reason TEXT is missing'],
    [
      'an empty reason',
      ['orders', '--to', 'eu-west-1', '--reason', ' '],
      '--reason TEXT is missing',
    ],
    [
      'a reason that is too long',
      ['orders', '--to', 'eu-west-1', '--reason', 'x'.repeat(1001)],
      'reason: ',
    ],
    ['a Region that is none', ['orders', '--to', 'Ireland', '--reason', 'x'], 'to: must be an AWS'],
    ['a plan that is none', ['Orders', ...THERE], 'plan: must be a name'],
    ['an unknown option', ['orders', ...THERE, '--now'], '--now'],
  ])('%s, as wrong usage, and ask nobody', async (_, args, words) => {
    for (const name of ['switchover', 'rebuild'] as const) {
      const { command, out, opened, started } = prepare({});
      await expect(command(name, ...args)).rejects.toMatchObject({
        ...{ name: 'UsageError', message: expect.stringContaining(words) },
      });
      expect([out, opened, started]).toEqual([[], [], []]);
    }
  });

  it.each(['order', '', 'ORDERS'])('to go on after "%s" was typed', async (typed) => {
    const { command, err, started } = prepare({}, typed);
    expect(await command('switchover', 'orders', ...THERE)).toBe(1);
    expect(err.at(-1)).toBe(`Not done: "${typed}" is not "orders".`);
    expect(started).toEqual([]);
  });

  it('a stack that was deployed before there were switchovers', async () => {
    const { command } = prepare({ hasMachine: false });
    await expect(command('switchover', 'orders', ...THERE)).rejects.toMatchObject({
      ...{ name: 'NotReadyError', message: expect.stringContaining('deploy it again') },
    });
  });

  it('to call a declined run begun: it ends with 1, and with the reason in one line', async () => {
    const output = JSON.stringify({ outcome: 'declined', why: 'The kill switch\nsays no.' });
    const tell = () => ({ status: 'SUCCEEDED', output });
    const { command, err, out } = prepare({ begin: () => Promise.resolve(), tell });
    expect(await command('switchover', 'orders', ...THERE)).toBe(1);
    expect(err.at(-1)).toBe('Not begun (SUCCEEDED): The kill switch says no.');
    expect(out).toEqual([]);
  });

  it.each([
    [
      { status: 'FAILED', cause: 'No switchover was opened.' },
      'FAILED): No switchover was opened.',
    ],
    [{ status: 'TIMED_OUT' }, 'TIMED_OUT): Nothing was said.'],
    [{ status: 'ABORTED', output: '{"why":7}' }, 'ABORTED): {"why":7}'],
    [{ status: 'ABORTED', output: 'null' }, 'ABORTED): null'],
  ])('to call a run begun that is %j', async (told, words) => {
    const { command, err } = prepare({ begin: () => Promise.resolve(), tell: () => told });
    expect(await command('switchover', 'orders', ...THERE)).toBe(1);
    expect(err.at(-1)).toBe(`Not begun (${words}`);
  });

  it('to wait for ever for a run that says nothing', async () => {
    const { command, err, waits } = prepare({ begin: () => Promise.resolve() });
    expect(await command('switchover', 'orders', ...THERE)).toBe(1);
    expect(waits).toHaveLength(60);
    expect(err.at(-1)).toContain('It has said nothing for 60 s');
  });
});

describe('failover switchover and rebuild', () => {
  it.each([
    ['switchover', 'move', 'orders is to move to eu-central-1. Its approvers are asked'],
    ['rebuild', 'rebuild', 'orders is to get a replica in eu-central-1; an instance that is in'],
  ] as const)('%s: says what will happen, starts one run, and how to follow it', async (...row) => {
    const [name, action, words] = row;
    const { command, out, err, started } = prepare({});
    expect(await command(name, 'orders', ...THERE, '--region', 'eu-central-1')).toBe(0);
    expect(err[0]).toContain(words);
    expect(started).toEqual([
      {
        arn: MACHINE,
        name: `${action}-orders-20261002170445000`,
        input: { plan: 'orders', action, to: 'eu-central-1', by: olga, reason: 'a test' },
      },
    ]);
    expect(out[0]).toBe('orders-20261002t170445z-1 is open.');
    expect(out[1]).toMatch(/^Follow it: npx failover incident show orders-\S+ --region eu-/);
  });

  it.each(['switchover', 'rebuild'] as const)(
    '%s helps, and needs nothing for it',
    async (name) => {
      const { command, out, opened } = prepare({});
      expect(await command(name, '--help')).toBe(0);
      expect(out[0]).toContain(`failover ${name} PLAN --to REGION --reason`);
      expect(opened).toEqual([]);
    },
  );

  it('are commands of an operator', () => {
    const names = Object.keys(createOperatorCommands(() => Promise.reject(new Error('nobody'))));
    expect(names).toEqual(expect.arrayContaining(['switchover', 'rebuild', 'reconciled']));
  });
});
