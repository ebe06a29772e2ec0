import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { openRequest, readRequest } from '../../aws/approvals/request-store.ts';
import { createIncidentStore } from '../../aws/incident-store.ts';
import { readLedger } from '../../aws/ledger.ts';
import { keepForWatch } from '../../aws/old-primary.ts';
import { createOperatorCommands } from '../../cli/operate.ts';
import { sampleRequest } from '../approval-samples.ts';
import { openBench, startAt, switchName } from '../functions/support.ts';

const olga = 'arn:aws:sts::111122223333:assumed-role/operator/olga';
const sts = mockClient(STSClient);
beforeAll(() => {
  sts.onAnyCommand().rejects(new Error('unexpected'));
  sts.on(GetCallerIdentityCommand).resolves({ Arn: olga });
});
afterAll(() => {
  sts.restore();
});

/** A stack with an open question, an operator, and what the operator sees. */
async function prepare(typed?: string) {
  const bench = await openBench();
  const { runtime, incident } = bench;
  bench.tokens.set('token-1', undefined);
  const evidenceDigest = 'abcdef'.padEnd(64, '0');
  await openRequest(runtime, sampleRequest({ incidentId: incident.id, evidenceDigest }));
  const out: string[] = [];
  const err: string[] = [];
  const io = {
    out: (line: string) => void out.push(line),
    err: (line: string) => void err.push(line),
    isTerminal: typed !== undefined,
    ask: async () => typed,
  };
  const commands = createOperatorCommands(async () => runtime);
  const run = async (name: string, ...args: string[]) => await commands[name]?.(args, io);
  return { ...bench, out, err, command: run, store: createIncidentStore(runtime) };
}

const because = ['--reason', 'seen it'] as const;
const names = ['approve', 'reject', 'pause', 'resume', 'acknowledge'];

describe('An operator command refuses', () => {
  it.each([
    ['no name', [...because], /found 0 names; expected: failover/],
    ['two names', ['orders', 'users', ...because], /found 2 names/],
    ['no reason', ['orders'], /--reason TEXT is missing/],
    ['an empty reason', ['orders', '--reason', ' '], /--reason TEXT is missing/],
    [
      'a reason that is too long to be kept',
      ['orders', '--reason', 'x'.repeat(2001)],
      /--reason: found 2001 characters; expected 2000 at most/,
    ],
    ['an option that nobody knows', ['orders', '--force', ...because], /--force/],
    ['an option without its value', ['orders', '--reason'], /--reason/],
    ['an empty digest', ['orders', '--digest', '', ...because], /--digest: found ""/],
  ])('%s, as wrong usage, whichever it is', async (_, args, words) => {
    for (const name of names) {
      const { command, out, world } = await prepare('orders');
      await expect(command(name, ...args)).rejects.toMatchObject({
        name: 'UsageError',
        message: expect.stringMatching(words),
      });
      expect([out, world.parameters.get(switchName)]).toEqual([[], 'running']);
    }
  });

  it.each([
    ['another name', 'order'],
    ['an empty line', ''],
    ['the name in capitals', 'ORDERS'],
    ['nothing, where nobody can type', undefined],
  ])('to go on after %s was typed', async (_, typed) => {
    const { command, err, out, incident, runtime, world, tokens } = await prepare(typed);
    expect(await command('approve', incident.id, ...because)).toBe(1);
    expect(await command('pause', 'orders', ...because)).toBe(1);
    expect(err.at(-1)).toBe(`Not done: "${typed ?? 'nothing'}" is not "orders".`);
    expect(out).toEqual([]);
    expect((await readRequest(runtime, incident.id))?.decision).toBeUndefined();
    expect([world.parameters.get(switchName), tokens.get('token-1')]).toEqual([
      'running',
      undefined,
    ]);
  });

  it('to decide where nothing is asked, or on newer evidence than was read', async () => {
    const { command, err, incident } = await prepare('orders');
    expect(await command('approve', 'orders-20261002t170445z-9', ...because)).toBe(1);
    expect(err.at(-1)).toBe('Incident orders-20261002t170445z-9 asks for no approval.');
    expect(await command('approve', incident.id, '--digest', 'abcdee', ...because)).toBe(1);
    expect(err.at(-1)).toContain('newer evidence than --digest names');
  });

  it('to let the evidence write lines of its own, or steer the terminal', async () => {
    const { command, err, incident, runtime } = await prepare('order');
    const down = ['database says down: \u001b[2J\nLoss: none'];
    const request = sampleRequest({ incidentId: incident.id, evidenceDigest: 'c'.repeat(64) });
    await openRequest(runtime, { ...request, brief: { ...request.brief, down } });
    expect(await command('approve', incident.id, ...because)).toBe(1);
    expect(err[0]?.split('\n')[1]).toBe('  - database says down: [2J Loss: none');
  });

  it('to decide after the expiry', async () => {
    const { command, incident, clock, out, err } = await prepare('orders');
    await clock.advance(3600);
    expect(await command('approve', incident.id, ...because)).toBe(1);
    expect(err.at(-1)).toContain('Not counted: The time to decide is over.');
    expect(out).toEqual([]);
  });

  it('to count a vote of somebody whom the plan does not list', async () => {
    const { command, err, incident, runtime } = await prepare('orders');
    const mallory = 'arn:aws:sts::111122223333:assumed-role/operator/mallory';
    sts.on(GetCallerIdentityCommand).resolves({ Arn: mallory });
    const status = await command('approve', incident.id, ...because);
    sts.on(GetCallerIdentityCommand).resolves({ Arn: olga });
    expect(status).toBe(1);
    expect(err.at(-1)).toBe(`The plan lists no approver with iam: ${mallory}`);
    expect((await readRequest(runtime, incident.id))?.votes).toEqual([]);
  });

  it('to turn a switch that is not there: a misspelt plan makes no new one', async () => {
    const { command, err, world } = await prepare('order');
    expect(await command('pause', 'order', ...because)).toBe(1);
    expect(err).toEqual([
      'The switch of plan order cannot be read, and is not turned: ParameterNotFound: /failover/order',
    ]);
    expect(world.parameters.has('/failover/order')).toBe(false);
  });

  it('to acknowledge where nothing was promoted', async () => {
    const { command } = await prepare('orders');
    await expect(command('acknowledge', 'orders', ...because)).rejects.toMatchObject({
      name: 'NotReadyError',
    });
  });
});

describe('An operator command', () => {
  it.each(names)('%s helps on stdout, and needs nothing for it', async (name) => {
    const { command, out, err } = await prepare();
    expect(await command(name, '--help')).toBe(0);
    expect(out[0]).toMatch(new RegExp(`^failover ${name} .*--reason`));
    expect(err).toEqual([]);
  });

  it.each([
    ['approve', 'approved'],
    ['reject', 'rejected'],
  ])('%s: says what will happen, then does it', async (name, decision) => {
    const { command, out, err, incident, runtime } = await prepare(' orders ');
    expect(await command(name, incident.id, '--digest', 'abcdef00', ...because)).toBe(0);
    expect(err[0]).toMatch(/More could be lost than the RPO allows\.[^]*Loss: [^]*Yes: [^]*No: /);
    expect(err[0]).toContain('Until 2026-10-02T17:34:45.000Z; 1 yes needed, one no ends it.');
    expect(out).toEqual([`${incident.id} ${decision} by Olga Operator at ${startAt}.`]);
    const request = await readRequest(runtime, incident.id);
    expect(request?.decision).toMatchObject({ decision, by: 'Olga Operator', reason: 'seen it' });
    expect(request?.votes[0]?.origin).toMatchObject({ channel: 'cli', identity: olga });
    const entries = await readLedger(runtime, incident.id);
    expect(entries.map(({ what }) => what)).toContain('approval-decided');
  });

  it('pause and resume turn the switch, and keep who and why', async () => {
    const { command, out, err, world, runtime } = await prepare();
    const args = ['orders', '--confirm', 'orders', ...because];
    expect(await command('pause', ...args)).toBe(0);
    expect(world.parameters.get(switchName)).toBe('paused');
    expect(err).toEqual(['The kill switch of orders says "running"; it will say "paused".']);
    expect(await command('resume', ...args)).toBe(0);
    expect(world.parameters.get(switchName)).toBe('running');
    expect(out).toEqual(['orders is paused.', 'orders is running.']);
    const entries = await readLedger(runtime, 'switch#orders');
    expect(entries.map(({ entry }) => entry)).toContainEqual({ by: olga, reason: 'seen it' });
  });

  it('acknowledge ends the standstill after a promotion', async () => {
    const { command, out, store, incident } = await prepare('orders');
    await store.recordPromotionIntent(incident, 'orders');
    await store.close(incident, 'recovered');
    expect(await command('acknowledge', 'orders', ...because)).toBe(0);
    expect(out).toEqual([`${incident.id} is acknowledged.`]);
    expect(await store.readLock('orders')).toMatchObject({ acknowledgedAt: startAt });
  });

  it('acknowledge says that nothing looks for an old primary any more that is not fenced', async () => {
    const { command, err, store, incident, runtime, plan } = await prepare('orders');
    await store.recordPromotionIntent(incident, 'orders');
    await keepForWatch(runtime, { plan, incident }, []);
    await store.close(incident, 'recovered');
    await command('acknowledge', 'orders', ...because);
    expect(err.join(' ')).toContain('The old primary is NOT fenced by database');
  });
});
