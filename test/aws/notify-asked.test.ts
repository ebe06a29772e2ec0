import { BadRequestException, TooManyRequestsException } from '@aws-sdk/client-sesv2';
import { describe, expect, it } from '@jest/globals';
import { tell } from '../../aws/notify.ts';
import { sampleQuestion, shownRequest } from '../channel-samples.ts';
import { drillPlan, openBench } from '../functions/support.ts';

/** The drill's channels mail, chat and oncall, with the last one used as a test says. */
async function prepare({ oncall = 'fallback' } = {}) {
  const { notifications } = drillPlan();
  const bench = await openBench(
    drillPlan({
      notifications: notifications.map((each) =>
        each.id === 'oncall' ? { ...each, use: oncall } : each,
      ),
    }),
  );
  const { world, runtime, plan } = bench;
  return {
    ...bench,
    ask: async (message = sampleQuestion()) => await tell(runtime, plan, message),
    told: () => world.deliveries.map(({ channel }) => channel),
  };
}

const refusal = (): Error => new BadRequestException({ message: 'no', $metadata: {} });
const throttled = (): Error => new TooManyRequestsException({ message: 'slow', $metadata: {} });

describe('whom a question asks', () => {
  const both = ['Olga Operator', 'Otto Oncall'];
  const olgaOnly = shownRequest({
    approvers: [
      { name: 'Olga Operator', mail: 'olga@orders.example.com' },
      { name: 'Otto Oncall', mail: 'otto@orders.example.com' },
    ],
  });
  const breakSlack = ({ world }: Awaited<ReturnType<typeof prepare>>): void => {
    world.slack.channels.clear();
  };

  it('is nobody where only somebody who looks on has it', async () => {
    const bench = await prepare();
    breakSlack(bench);
    for (const name of ['olga', 'otto']) {
      bench.world.ses.refusals.set(`${name}@orders.example.com`, refusal);
    }
    const { channels, asked, missed, mayPass } = await bench.ask();
    expect([channels, asked, mayPass]).toEqual([['mail', 'oncall'], [], false]);
    expect(missed.join()).toMatch(/mail: olga@orders.*BadRequest.*otto@orders.*chat: /s);
  });

  it('is nobody over a topic: whether anybody listens it does not tell', async () => {
    const bench = await prepare({ oncall: 'always' });
    breakSlack(bench);
    bench.world.ses.sendingEnabled = false;
    expect(await bench.ask()).toMatchObject({ channels: ['oncall'], asked: [] });
  });

  it('is not whoever has a mail without a link, and no iam: then the fallback is told', async () => {
    const bench = await prepare();
    breakSlack(bench);
    const { channels, asked, missed } = await bench.ask(sampleQuestion('first', olgaOnly));
    expect([channels, asked]).toEqual([['mail', 'oncall'], ['Olga Operator']]);
    expect(missed.join()).toContain('otto@orders.example.com: NotReadyError: Has the mail, but');
  });

  it('is not whoever was missed, and it says that this may pass', async () => {
    const bench = await prepare();
    breakSlack(bench);
    bench.world.ses.refusals.set('otto@orders.example.com', throttled);
    expect(await bench.ask()).toMatchObject({ asked: ['Olga Operator'], mayPass: true });
  });

  it('is everybody with a mail or a mention, also when it is told again', async () => {
    const bench = await prepare();
    expect(await bench.ask()).toMatchObject({ asked: both, missed: [], mayPass: false });
    expect(await bench.ask()).toMatchObject({ asked: both, missed: [] });
    expect(bench.told()).toEqual(['mail', 'mail', 'mail', 'slack', 'slack']);
  });
});
