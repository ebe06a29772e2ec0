import { BadRequestException, TooManyRequestsException } from '@aws-sdk/client-sesv2';
import { describe, expect, it } from '@jest/globals';
import { castVote } from '../../aws/approvals/cast-vote.ts';
import { readRequest } from '../../aws/approvals/request-store.ts';
import { readLedger } from '../../aws/ledger.ts';
import type { Authorization } from '../../core/plan/authorization.ts';
import { PROMOTE_ON_EXPIRY } from '../../core/plan/authorization.ts';
import { judgeApproval } from '../../functions/judge-approval.ts';
import { requestApproval } from '../../functions/request-approval.ts';
import { brief, origin } from '../approval-samples.ts';
import { drillPlan, openBench, silence } from './support.ts';

const LINK_SECRET = 'link-secret';
const people = ['Olga Operator', 'Otto Oncall'] as const;
const mailOf = (name: string): string =>
  `${name.split(' ')[0]?.toLowerCase() ?? ''}@orders.example.com`;
const refused = (): Error => new BadRequestException({ message: 'no', $metadata: {} });
const slow = (): Error => new TooManyRequestsException({ message: 'slow', $metadata: {} });

const promote = {
  action: 'promote',
  evenThough: PROMOTE_ON_EXPIRY,
  acceptedBy: 'Olga Operator',
  because: 'orders may never be down',
} as const;
const tara = { name: 'Tara Third', mail: 'tara@orders.example.com' };
const escalate: Authorization['onExpiry'] = {
  action: 'escalate',
  approvers: [tara],
  expirySeconds: 1800,
};

/** Olga and Otto can decide by mail alone; the workflow is played by hand, a turn a call. */
async function prepare(onExpiry: Authorization['onExpiry'] = promote) {
  const authorization = {
    ...drillPlan().authorization,
    approvers: people.map((name) => ({ name, mail: mailOf(name) })),
    ...{ onExpiry, expirySeconds: 600, reminders: 0 },
  };
  const bench = await openBench(drillPlan({ authorization }));
  const { plan, incident, runtime, world, clock, tokens } = bench;
  const environment = { frontDoorUrl: 'https://door.example.com/', linkSecret: LINK_SECRET };
  Object.assign(runtime.environment, environment);
  const secret = { current: { id: 'version-1', value: 'k'.repeat(64) }, previous: undefined };
  world.secrets.set(LINK_SECRET, secret);
  const judge = async () =>
    await bench.run(judgeApproval, {
      plan,
      incident,
      brief,
      outageConfirmed: true,
      lossKnown: true,
    });
  let turns = 0;
  return {
    ...bench,
    judge,
    read: async () => await readRequest(runtime, incident.id),
    lines: async () => await readLedger(runtime, incident.id),
    to: (address: string) => world.ses.mails.filter(({ to }) => to === address).length,
    /** Judges, tells what is due, and waits as the state machine does; what it was woken for. */
    look: async () => {
      const { evidenceDigest, turn, waitSeconds } = await judge();
      turns += 1;
      const taskToken = `token-${turns}`;
      tokens.set(taskToken, undefined);
      await bench.run(requestApproval, { taskToken, plan, incident, evidenceDigest, turn });
      const isWoken = tokens.get(taskToken) !== undefined;
      if (!isWoken) await clock.advance(waitSeconds);
      return { turn, waited: isWoken ? 0 : waitSeconds };
    },
  };
}

describe('An expiry does not promote', () => {
  it('where only somebody who looks on got the mail', async () => {
    const { look, judge, world, clock, read, lines } = await prepare();
    world.slack.channels.clear();
    for (const name of people) world.ses.refusals.set(mailOf(name), refused);
    await look();
    expect(await read()).toMatchObject({ told: ['first'], asked: [] });
    const [asking] = (await lines()).filter(({ what }) => what === 'approval-requested');
    expect(asking?.entry).toMatchObject({ asked: [], told: ['mail', 'oncall'] });
    expect(JSON.stringify(asking?.entry)).toContain('BadRequest');
    await clock.advance(600);
    expect(await judge()).toMatchObject({ outcome: 'expired', ruleId: 'expiry-without-asking' });
  });

  it('where the mails had no link and nobody has iam', async () => {
    const { look, judge, world, clock, read, to } = await prepare();
    world.secrets.clear();
    await look();
    expect(to(mailOf('Olga'))).toBe(1);
    expect(await read()).toMatchObject({ told: ['first'], asked: [] });
    await clock.advance(600);
    expect(await judge()).toMatchObject({ ruleId: 'expiry-without-asking' });
  });

  it('but does where they were asked, and were silent', async () => {
    const { look, judge, clock, read } = await prepare();
    await look();
    expect((await read())?.asked).toEqual(people);
    await clock.advance(600);
    expect(await judge()).toMatchObject({ outcome: 'approved', ruleId: 'expiry-promotes' });
  });
});

describe('A question that missed somebody', () => {
  it('is told again in seconds, to them alone, until they have it', async () => {
    const { look, world, to, read } = await prepare();
    world.ses.refusals.set(mailOf('Otto'), slow);
    expect(await look()).toEqual({ turn: 'first', waited: 0 });
    expect(await read()).toMatchObject({ told: [], asked: ['Olga Operator'] });
    expect(await look()).toEqual({ turn: null, waited: 5 });
    world.ses.refusals.clear();
    expect(await look()).toEqual({ turn: 'first', waited: 300 });
    expect(await read()).toMatchObject({ told: ['first'], asked: people });
    expect([to(mailOf('Olga')), to(mailOf('Otto'))]).toEqual([1, 1]);
    expect(world.slack.posts.filter(({ threadTs }) => threadTs !== undefined)).toHaveLength(1);
  });

  it('is told five times at the most', async () => {
    const { look, world, read, clock } = await prepare();
    world.ses.refusals.set(mailOf('Otto'), slow);
    const began = clock.now().getTime();
    const looks = [];
    while (!(await read())?.told.includes('first')) looks.push(await look());
    expect(looks.filter(({ turn }) => turn === 'first')).toHaveLength(5);
    expect(looks.map(({ waited }) => waited)).toEqual([0, 5, 0, 10, 0, 20, 0, 40, 300]);
    expect(clock.now().getTime() - began).toBeLessThan(380_000);
    expect((await read())?.asked).toEqual(['Olga Operator']);
  });

  it('is told again with a link once one can be made', async () => {
    const { look, faults, to, read } = await prepare();
    faults.always('throttled', 'GetSecretValue');
    expect(await look()).toEqual({ turn: 'first', waited: 0 });
    expect((await read())?.asked).toEqual([]);
    await look();
    faults.revive();
    await look();
    expect(await read()).toMatchObject({ told: ['first'], asked: people });
    expect(to(mailOf('Olga'))).toBe(2);
  });

  it('takes a vote all the same, and is over then', async () => {
    const { look, judge, world, runtime, incident } = await prepare();
    world.ses.refusals.set(mailOf('Otto'), slow);
    await look();
    const { evidenceDigest } = await judge();
    const vote = { decision: 'approved', reason: '', evidenceDigest, origin } as const;
    await castVote(runtime, { incidentId: incident.id, voter: { name: 'Olga Operator' }, ...vote });
    expect(await judge()).toMatchObject({ outcome: 'approved', approval: { human: true } });
  });
});

describe('An escalation that reaches nobody', () => {
  it('ends nothing, and is due again until somebody has it', async () => {
    const bench = await prepare(escalate);
    const { look, judge, read, clock, to, lines } = bench;
    await look();
    await clock.advance(600);
    silence(bench);
    expect(await judge()).toMatchObject({ outcome: 'ask', turn: 'escalation' });
    expect(await look()).toEqual({ turn: 'escalation', waited: 0 });
    expect((await read())?.told).toEqual(['first']);
    expect(await look()).toEqual({ turn: null, waited: 5 });
    bench.world.ses.sendingEnabled = true;
    bench.faults.revive();
    expect(await look()).toMatchObject({ turn: 'escalation' });
    expect(await read()).toMatchObject({ told: ['first', 'escalation'] });
    expect((await read())?.asked).toContain('Tara Third');
    expect(to(tara.mail)).toBe(1);
    const due = (await lines()).filter(({ what }) => what === 'approval-due-again');
    expect(due).toHaveLength(1);
    expect(due[0]?.entry).toMatchObject({ asked: [], told: [], ruleId: 'nobody-reached' });
  });

  it('still fails where nobody was asked before: the first message has to reach somebody', async () => {
    const bench = await prepare(escalate);
    silence(bench);
    await expect(bench.look()).rejects.toMatchObject({ name: 'NobodyToldError' });
  });
});
