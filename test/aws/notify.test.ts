import { BadRequestException } from '@aws-sdk/client-sesv2';
import { describe, expect, it } from '@jest/globals';
import { tell, tellPhase } from '../../aws/notify.ts';
import type { Plan } from '../../aws/plan.ts';
import { phaseNotice } from '../../core/notices.ts';
import { buttonsOf } from '../../lab/world/slack-limits.ts';
import { askedAt } from '../approval-samples.ts';
import { sampleCard, sampleMessage, sampleQuestion } from '../channel-samples.ts';
import { drillPlan, openBench, silence } from '../functions/support.ts';

type Uses = Partial<Record<string, Plan['notifications'][number]['use']>>;

/** The drill's channels mail, chat and oncall, used as a test says. */
async function prepare(uses: Uses = {}) {
  const { notifications } = drillPlan();
  const bench = await openBench(
    drillPlan({
      notifications: notifications.map((each) => ({ ...each, use: uses[each.id] ?? each.use })),
    }),
  );
  const { world, runtime, plan } = bench;
  const logged: unknown[] = [];
  Object.assign(runtime, {
    log: {
      info: (event: string, details: object) => logged.push([event, details]),
      error: (event: string, details: object) => logged.push([event, details]),
    },
  });
  return {
    ...bench,
    logged,
    say: async (message = sampleMessage()) => (await tell(runtime, plan, message)).channels,
    told: () => world.deliveries.map(({ channel }) => channel),
  };
}

const refusal = (): Error => new BadRequestException({ message: 'no', $metadata: {} });

describe('telling people', () => {
  it('fails if nobody took it, after every channel was tried, and names each reason', async () => {
    const bench = await prepare({ oncall: 'escalation' });
    silence(bench);
    await expect(bench.say()).rejects.toMatchObject({
      name: 'NobodyToldError',
      message: expect.stringMatching(/mail: .*SendingPaused.*chat: .*not_in_channel.*oncall: /s),
    });
  });

  it('leaves the fallback alone while every channel takes it', async () => {
    const { say, told } = await prepare();
    expect(await say()).toEqual(['mail', 'chat']);
    expect(told()).toEqual(['mail', 'slack']);
  });

  it.each<[string, (bench: Awaited<ReturnType<typeof prepare>>) => void, string[]]>([
    ['mail', ({ world }) => (world.ses.sendingEnabled = false), ['chat', 'oncall']],
    [
      'Slack',
      ({ world }) => {
        world.slack.channels.clear();
      },
      ['mail', 'oncall'],
    ],
  ])('uses the fallback when %s fails', async (_, breakIt, channels) => {
    const bench = await prepare();
    breakIt(bench);
    expect(await bench.say()).toEqual(channels);
  });

  it('uses the fallback when one of several recipients was not reached', async () => {
    const { say, world } = await prepare();
    world.ses.refusals.set('otto@orders.example.com', refusal);
    expect(await say(sampleQuestion())).toEqual(['mail', 'chat', 'oncall']);
    expect(world.ses.mails.map(({ to }) => to)).toEqual([
      'olga@orders.example.com',
      'team@orders.example.com',
    ]);
  });

  it('is no failure if all channels failed but one person was reached', async () => {
    const bench = await prepare();
    silence(bench);
    bench.world.ses.sendingEnabled = true;
    bench.world.ses.refusals.set('otto@orders.example.com', refusal);
    expect(await bench.say(sampleQuestion())).toEqual(['mail']);
  });

  it('uses the louder channel for escalations, and for what nobody else took', async () => {
    const uses: Uses = { oncall: 'escalation' };
    const quiet = await prepare(uses);
    expect(await quiet.say()).toEqual(['mail', 'chat']);
    expect(await quiet.say(sampleQuestion('reminder-1'))).toEqual(['mail', 'chat']);
    expect(await quiet.say(sampleQuestion('escalation'))).toEqual(['mail', 'chat', 'oncall']);
    const broken = await prepare(uses);
    silence(broken);
    broken.faults.revive();
    expect(await broken.say()).toEqual(['oncall']);
  });

  it('never writes a personal link into the log', async () => {
    const { say, logged } = await prepare();
    await say(sampleQuestion());
    expect(JSON.stringify(logged)).toContain('notification_sent');
    expect(JSON.stringify(logged)).not.toContain('t=olga');
    expect(logged.flat().some((each) => each instanceof Map)).toBe(false);
  });
});

describe('telling the same again', () => {
  it('repeats nothing that was told', async () => {
    const { say, told } = await prepare();
    await say();
    expect(await say()).toEqual(['mail', 'chat']);
    expect(told()).toEqual(['mail', 'slack']);
  });

  it('repeats only what failed, by recipient', async () => {
    const { say, world } = await prepare({ oncall: 'escalation' });
    world.ses.refusals.set('otto@orders.example.com', refusal);
    await say(sampleQuestion());
    world.ses.refusals.clear();
    await say(sampleQuestion());
    expect(world.ses.mails.map(({ to }) => to)).toEqual([
      'olga@orders.example.com',
      'team@orders.example.com',
      'otto@orders.example.com',
    ]);
    expect(world.slack.posts.filter(({ threadTs }) => threadTs !== undefined)).toHaveLength(1);
  });

  it('may repeat one message after a crash between sending and noting it, and no other', async () => {
    const { say, faults, world, told } = await prepare();
    // The mail is on its way when the process dies, before the receipt is written.
    faults.inject('crash before', 1, 'PutItem');
    await say().catch(() => undefined);
    faults.revive();
    expect(await say()).toEqual(['mail', 'chat']);
    expect(world.ses.mails).toHaveLength(2);
    expect(await say()).toEqual(['mail', 'chat']);
    expect(told().filter((each) => each === 'mail')).toHaveLength(2);
  });

  it('tells another turn of the same incident', async () => {
    const { say, told } = await prepare();
    await say(sampleQuestion('reminder-1'));
    await say(sampleQuestion('reminder-2'));
    expect(told().filter((each) => each === 'mail')).toHaveLength(6);
  });
});

describe('a table that does not answer', () => {
  it.each(['Query', 'PutItem'])('keeps nobody from being told: %s', async (command) => {
    const { say, faults, told, logged } = await prepare();
    faults.always('throttled', command);
    expect(await say()).toEqual(['mail', 'chat']);
    expect(told()).toEqual(['mail', 'slack']);
    expect(JSON.stringify(logged)).toContain('receipt_failed');
  });

  it('keeps nobody from being asked, with buttons, outside the thread', async () => {
    const { say, faults, world } = await prepare();
    faults.always('throttled', 'Query');
    expect(await say(sampleQuestion())).toEqual(['mail', 'chat']);
    const [post] = world.slack.posts;
    expect(post?.threadTs).toBeUndefined();
    expect(buttonsOf(post?.blocks ?? [])).toHaveLength(2);
  });
});

describe('a phase', () => {
  const card = sampleCard();
  const phase = { name: 'Fence', at: askedAt, why: 'It holds.' };

  it('is told where phases are wanted, and nobody is woken by it', async () => {
    const { runtime, plan, world, told } = await prepare();
    await tellPhase(runtime, plan, phaseNotice(card, phase));
    expect(told()).toEqual(['slack', 'slack']);
    expect(world.slack.posts.at(-1)).toMatchObject({ isBroadcast: false });
  });

  it('is no failure if nobody could be told', async () => {
    const bench = await prepare();
    silence(bench);
    await tellPhase(bench.runtime, bench.plan, phaseNotice(card, phase));
    expect(bench.told()).toEqual([]);
  });
});
