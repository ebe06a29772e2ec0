import { describe, expect, it } from '@jest/globals';
import type { Runtime } from '../../aws/runtime.ts';
import { createOperatorCommands } from '../../cli/operate.ts';
import { reconcileCommand } from '../../cli/reconcile.ts';
import { openReconciliation } from '../../functions/open-reconciliation.ts';
import { returned } from '../functions/reconcile-bench.ts';
import { lockOf } from '../functions/switchover-bench.ts';
import { asOlga, connectTo, olga, terminalOf } from './operator.ts';

asOlga();
const MACHINE = 'arn:aws:states:eu-central-1:111122223333:stateMachine:s-reconcile';
const WHY = ['--reason', 'a test'] as const;

/** A stack after a failover, whose machine begins with the real first step; and what is typed. */
async function prepare({ typed = 'orders', tell = {}, hasMachine = true, begins = true } = {}) {
  const bench = await returned();
  const started: { readonly arn: string; readonly name: string; readonly input: unknown }[] = [];
  let begun: Promise<unknown> = Promise.resolve();
  bench.world.startExecution = (arn, input, name) => {
    started.push({ arn, name, input });
    if (begins)
      begun = bench.run(openReconciliation, { request: input, executionArn: `${arn}:${name}` });
    return { arn: `${arn}:${name}`, status: () => 'RUNNING' };
  };
  bench.world.describeExecution = () => ({ status: 'RUNNING', ...tell });
  const environment = {
    ...bench.runtime.environment,
    ...(hasMachine && { reconciliation: MACHINE }),
  };
  const runtime: Runtime = { ...bench.runtime, environment };
  const { connect, opened } = connectTo(runtime);
  const terminal = terminalOf(typed);
  const wait = async (): Promise<void> => {
    await begun;
  };
  const command = async (...args: string[]) =>
    await terminal.run(reconcileCommand(connect, wait), ...args);
  return { ...bench, ...terminal, started, opened, command };
}

describe('failover reconcile refuses', () => {
  it.each<[string, string[], string]>([
    ['no plan', [...WHY], 'found 0 names'],
    ['two plans', ['orders', 'users', ...WHY], 'found 2 names'],
    ['no reason', ['orders'], '--reason TEXT is missing'],
    ['an empty reason', ['orders', '--reason', ' '], '--reason TEXT is missing'],
    ['a reason that is too long', ['orders', '--reason', 'x'.repeat(1001)], 'reason: '],
    ['a plan that is none', ['Orders', ...WHY], 'plan: must be a name'],
    ['an unknown option', ['orders', ...WHY, '--now'], '--now'],
  ])('%s, as wrong usage, and asks nobody', async (_, args, words) => {
    const { command, out, opened, started } = await prepare();
    await expect(command(...args)).rejects.toMatchObject({
      ...{ name: 'UsageError', message: expect.stringContaining(words) },
    });
    expect([out, opened, started]).toEqual([[], [], []]);
  });

  it.each(['order', '', 'ORDERS'])('to go on after "%s" was typed', async (typed) => {
    const { command, err, started } = await prepare({ typed });
    expect(await command('orders', ...WHY)).toBe(1);
    expect(err.at(-1)).toBe(`Not done: "${typed}" is not "orders".`);
    expect(started).toEqual([]);
  });

  it('a stack that was deployed before there were reconciliations', async () => {
    const { command } = await prepare({ hasMachine: false });
    await expect(command('orders', ...WHY)).rejects.toMatchObject({
      ...{ name: 'NotReadyError', message: expect.stringContaining('deploy it again') },
    });
  });

  it('to call a declined run begun: it ends with 1, and with the reason', async () => {
    const output = JSON.stringify({ outcome: 'declined', why: 'Nothing was promoted.' });
    const tell = { status: 'SUCCEEDED', output };
    const { command, err, out } = await prepare({ tell, begins: false });
    expect(await command('orders', ...WHY)).toBe(1);
    expect(err.at(-1)).toBe('Not begun (SUCCEEDED): Nothing was promoted.');
    expect(out).toEqual([]);
  });
});

describe('failover reconcile', () => {
  it('says what will be done, before the name of the plan is typed', async () => {
    const { command, err } = await prepare();
    await command('orders', ...WHY);
    expect(err.join('\n')).toContain('asked before anything is applied');
  });

  it('starts the machine for whoever asks, and prints the incident once it is there', async () => {
    const bench = await prepare();
    expect(await bench.command('orders', ...WHY)).toBe(0);
    expect(bench.started).toMatchObject([
      { arn: MACHINE, input: { plan: 'orders', by: olga, reason: 'a test' } },
    ]);
    expect(bench.out[0]).toMatch(/^orders-\S+-2 is open\.$/);
    expect(bench.out[1]).toMatch(/^Follow it: npx failover incident show orders-\S+ --region eu-/);
    expect(await lockOf(bench)).toMatchObject({ status: 'open' });
  });

  it('can be confirmed beforehand, and explains itself', async () => {
    const bench = await prepare({ typed: 'never asked' });
    expect(await bench.command('orders', ...WHY, '--confirm', 'orders')).toBe(0);
    expect(await bench.command('--help')).toBe(0);
    expect(bench.out.at(-1)).toContain('Exit status: 0 begun, 1 not begun, 2 wrong usage.');
    expect(bench.started).toHaveLength(1);
  });

  it('is a command of the operator', () => {
    const names = Object.keys(createOperatorCommands(() => Promise.reject(new Error('nobody'))));
    expect(names).toContain('reconcile');
  });
});
