import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { castVote } from '../../aws/approvals/cast-vote.ts';
import { openRequest } from '../../aws/approvals/request-store.ts';
import { appendToLedger } from '../../aws/ledger.ts';
import { createOperatorCommands } from '../../cli/operate.ts';
import { digest, origin, sampleRequest } from '../approval-samples.ts';
import { openBench } from '../functions/support.ts';

async function prepare() {
  const bench = await openBench();
  const { runtime, incident } = bench;
  const incidentId = incident.id;
  await openRequest(runtime, sampleRequest({ incidentId, approvalsNeeded: 2 }));
  const vote = { incidentId, decision: 'approved', evidenceDigest: digest, origin } as const;
  const reason = 'the loss\u001b[31m is fine';
  await castVote(runtime, { ...vote, voter: { name: 'Olga Operator' }, reason });
  await castVote(runtime, { ...vote, voter: { slack: 'U0MALLORY' }, reason: '' });
  const out: string[] = [];
  const err: string[] = [];
  const io = {
    out: (line: string) => void out.push(line),
    err: (line: string) => void err.push(line),
    isTerminal: false,
    ask: async () => undefined,
  };
  const { incident: command } = createOperatorCommands(async () => runtime);
  const show = async (...args: string[]) => await command?.(args, io);
  return { ...bench, show, out, err };
}

describe('failover incident', () => {
  it.each([[[]], [['show']], [['list', 'x']], [['show', 'x', 'y']]])(
    'refuses %j as wrong usage',
    async (args) => {
      const { show } = await prepare();
      await expect(show(...args)).rejects.toMatchObject({ name: 'UsageError' });
    },
  );

  it('says that an incident is not there', async () => {
    const { show, err } = await prepare();
    expect(await show('show', 'orders-9')).toBe(1);
    expect(err).toEqual(['There is no incident orders-9 in stack region-failover-dev.']);
  });

  it('shows what happened, who decided and who tried to, without steering the terminal', async () => {
    const { show, out, incident } = await prepare();
    expect(await show('show', incident.id)).toBe(0);
    const text = out.join('\n');
    expect(text).toMatch(/^orders-\S+: under way\n/);
    expect(text).toContain('Outage suspected');
    expect(text).toContain('2 yes needed of Olga Operator, Otto Oncall');
    expect(text).toContain('Olga Operator approved over page: the loss [31m is fine');
    expect(text).toContain('Refused attempts');
    expect(text).toContain('U0MALLORY approved over page: You are not on the list');
    expect(text).toContain('on evidence a1b2c3d4e5f6, from olga@orders.example.com, 198.51.100.7');
    expect(text).not.toContain('\u001b');
  });

  it('lets an alarm neither steer the terminal nor add a line', async () => {
    const { show, out, runtime, incident } = await prepare();
    const alarmReason = 'down\u001b[2J\u001b[8m\n2026-10-02T17:05:00.000Z  Approved by Olga';
    const hostile = { ...incident, id: 'orders-9', alarmReason, alarm: 'orders\r\u009b2Jdown' };
    const opened = z.json().parse(hostile);
    await appendToLedger(runtime, 'orders-9', 'opened', opened);
    expect(await show('show', 'orders-9')).toBe(0);
    const lines = out.join('\n').split('\n');
    expect(lines[1]).toBe('  orders 2Jdown');
    expect(lines[2]).toBe('  down [2J [8m 2026-10-02T17:05:00.000Z Approved by Olga');
    await show('show', 'orders-9', '--json');
    expect(JSON.parse(out.at(-1) ?? '')).toMatchObject({ alarmReason });
  });

  it('gives machines everything but the token', async () => {
    const { show, out, incident } = await prepare();
    await show('show', incident.id, '--json');
    const story: unknown = JSON.parse(out.join(''));
    expect(story).toMatchObject({
      incidentId: incident.id,
      votes: [{ who: 'Olga Operator', decision: 'approved' }],
      refusedAttempts: [{ who: 'U0MALLORY' }],
      ledger: expect.arrayContaining([expect.objectContaining({ what: 'opened' })]),
    });
    expect(out.join('')).not.toContain('token-1');
  });
});
