import { describe, expect, it } from '@jest/globals';
import { createDriftCommand } from '../../cli/drift.ts';
import { drillPlan, openBench } from '../functions/support.ts';
import { failedOver } from '../functions/watch-bench.ts';
import { drillPlanFile } from '../lab/virtual/scene.ts';

/** The plan as its file says it. */
const plan = drillPlan({ fencing: drillPlan().fencing.filter(({ kind }) => kind !== 'edge') });

type Bench = Awaited<ReturnType<typeof openBench>>;

/** The command, as somebody runs it against this world. */
function commandOn({ runtime }: Bench) {
  const out: string[] = [];
  const err: string[] = [];
  const connected: object[] = [];
  const command = createDriftCommand(async (options) => {
    connected.push(options);
    return runtime;
  });
  const io = {
    out: (line: string) => void out.push(line),
    err: (line: string) => void err.push(line),
    isTerminal: false,
    ask: async () => undefined,
  };
  return { out, err, connected, run: async (...args: string[]) => await command(args, io) };
}

async function healthy(): Promise<Bench> {
  const bench = await openBench(plan);
  bench.world.unreachable.clear();
  return bench;
}

describe('failover drift', () => {
  it.each([[[]], [[drillPlanFile, drillPlanFile]], [[drillPlanFile, '--yes']]])(
    'refuses %j as wrong usage, and asks nobody',
    async (args) => {
      const { run, connected } = commandOn(await healthy());
      await expect(run(...args)).rejects.toMatchObject({ name: 'UsageError' });
      expect(connected).toEqual([]);
    },
  );

  it('fails on an incident that is not there', async () => {
    const { run, out } = commandOn(await healthy());
    const args = [drillPlanFile, '--incident', 'orders-9'];
    await expect(run(...args)).rejects.toThrow('There is no incident orders-9 of plan orders');
    expect(out).toEqual([]);
  });

  it('is 0 without drift, and asks the stack in the standby Region of the plan', async () => {
    const { run, out, err, connected } = commandOn(await healthy());
    expect(await run(drillPlanFile)).toBe(0);
    expect(out[0]).toBe('orders: 0 differences, 0 not read, 5 without drift');
    expect(err).toEqual([]);
    await run(drillPlanFile, '--region', 'eu-north-1', '--stack', 'other');
    expect(connected).toEqual([
      { region: 'eu-central-1', stack: 'region-failover-dev' },
      { region: 'eu-north-1', stack: 'other' },
    ]);
  });

  it('is 1 where something cannot be read, even if nothing else drifted', async () => {
    const { run, out } = commandOn(await openBench(plan));
    expect(await run(drillPlanFile)).toBe(1);
    expect(out[0]).toBe('orders: 0 differences, 2 not read, 3 without drift');
    expect(out.join('\n')).toContain('Not read: whether these drifted is not known');
  });

  it('is 1 where there is drift, and gives machines everything, the worst first', async () => {
    const { run, out, err } = commandOn(await failedOver({ plan, isReachable: true }));
    expect(await run(drillPlanFile, '--json')).toBe(1);
    expect(err).toEqual([
      'Next: change your code, read its plan or change set, and only then apply.',
    ]);
    expect(JSON.parse(out.join('\n'))).toMatchObject({
      plan: 'orders',
      incidentId: expect.stringMatching(/^orders-/),
      differences: [
        {
          what: 'security group sg-0123456789abcdef0 in eu-west-1 (database)',
          danger: 'second-writer',
          found: 'no ingress rule',
          before: 'tcp 5432 from 10.0.0.0/16 (applications)',
          change: { terraform: [expect.stringContaining('ingress = []'), expect.anything()] },
        },
        { danger: 'writer-at-risk' },
        { danger: 'clients-sent-back' },
      ],
      unread: [],
      same: [{ outcome: 'same' }, { outcome: 'same' }],
    });
  });

  it('says what it does on --help', async () => {
    const { run, out, connected } = commandOn(await healthy());
    expect(await run('--help')).toBe(0);
    expect(out.join('\n')).toContain('Exit status: 0 no drift, 1 there is drift');
    expect(connected).toEqual([]);
  });
});
