import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { GetTopicAttributesCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { mockClient } from 'aws-sdk-client-mock';
import { loadPlans } from '../../aws/plan-file.ts';
import { createChannelsCommand } from '../../cli/channels.ts';
import { openBench } from '../functions/support.ts';

const planFile = join(import.meta.dirname, '../../lab/plans/drill.yaml');
const topics = mockClient(SNSClient);
beforeEach(() => {
  topics.reset();
  topics.onAnyCommand().rejects(new Error('unexpected'));
  topics.on(GetTopicAttributesCommand).resolves({ Attributes: { SubscriptionsConfirmed: '1' } });
  topics.on(PublishCommand).resolves({ MessageId: 'm' });
});
afterAll(() => {
  topics.restore();
});

async function prepare(typed?: string) {
  const bench = await openBench();
  const out: string[] = [];
  const err: string[] = [];
  const regions: string[] = [];
  const command = createChannelsCommand((region) => {
    regions.push(region);
    return bench.runtime;
  });
  const io = {
    out: (line: string) => void out.push(line),
    err: (line: string) => void err.push(line),
    isTerminal: typed !== undefined,
    ask: async () => typed,
  };
  return { ...bench, out, err, regions, run: (...args: string[]) => command(args, io) };
}

describe('failover channels', () => {
  it('is wrong usage without a plan file, or with two', async () => {
    const { run } = await prepare();
    await expect(run()).rejects.toMatchObject({ name: 'UsageError' });
    await expect(run(planFile, planFile)).rejects.toMatchObject({ name: 'UsageError' });
  });

  it('names what is wrong with each channel, and fails', async () => {
    const { run, world, out, err } = await prepare();
    world.ses.sendingEnabled = false;
    world.parameters.delete('/failover/orders/slack-signing-secret');
    expect(await run(planFile)).toBe(1);
    expect(out).toEqual([
      'mail (ses, always): does not reach everybody',
      expect.stringMatching(/^ {2}- SES in eu-central-1 does not send/),
      'chat (slackApp, always): does not reach everybody',
      expect.stringMatching(/^ {2}- ParameterNotFound: .*slack-signing-secret/),
      'oncall (sns, fallback): reaches people',
    ]);
    expect(err).toEqual(['2 of 3 channels do not reach everybody.']);
  });

  it('changes nothing and tells nobody, in the standby Region of the plan', async () => {
    const { run, world, out, err, regions } = await prepare();
    expect(await run(planFile)).toBe(0);
    expect(out).toEqual([
      'mail (ses, always): reaches people',
      'chat (slackApp, always): reaches people',
      'oncall (sns, fallback): reaches people',
    ]);
    expect(err).toEqual([`Next: failover channels ${planFile} --test`]);
    expect(regions).toEqual(['eu-central-1']);
    expect(world.deliveries).toEqual([]);
    expect(await run(planFile, '--region', 'eu-west-3')).toBe(0);
    expect(regions.at(-1)).toBe('eu-west-3');
  });

  it('sends no test unless the plan’s name was typed', async () => {
    const { run, world, err } = await prepare('order');
    expect(await run(planFile, '--test')).toBe(1);
    expect(err.at(-1)).toBe('Not done: "order" is not "orders".');
    expect(world.deliveries).toEqual([]);
  });

  it('sends a test over each channel, fallbacks too, and says what failed', async () => {
    const { run, world, out } = await prepare();
    world.slack.channels.clear();
    expect(await run(planFile, '--test', '--confirm', 'orders')).toBe(1);
    expect(out[1]).toBe('chat (slackApp, always): does not reach everybody');
    expect(out[2]).toMatch(/The test failed\. NotReadyError: .*not_in_channel.*\/invite/);
    expect(world.deliveries).toMatchObject([
      { channel: 'mail', subject: '[orders] TEST: nothing has happened' },
    ]);
    expect(topics.commandCalls(PublishCommand)).toHaveLength(1);
  });

  it('names the recipients whom a test missed, though others have it', async () => {
    const { run, world, out } = await prepare();
    const [plan] = await loadPlans(planFile);
    const to = ['team@orders.example.com', 'lead@orders.example.com'];
    const folder = await mkdtemp(join(tmpdir(), 'channels-'));
    const file = join(folder, 'plan.yaml');
    const notifications = plan?.notifications.map((each) =>
      each.kind === 'ses' ? { ...each, to } : each,
    );
    await writeFile(file, JSON.stringify({ ...plan, notifications }));
    world.ses.refusals.set('lead@orders.example.com', () => new Error('no'));
    expect(await run(file, '--test', '--confirm', 'orders')).toBe(1);
    expect(out.join()).toContain('The test missed lead@orders.example.com. Error: no');
    await rm(folder, { recursive: true });
  });

  it('answers machines in JSON', async () => {
    const { run, out } = await prepare();
    expect(await run(planFile, '--json')).toBe(0);
    const answer: unknown = JSON.parse(out.join('\n'));
    expect(answer).toContainEqual({ id: 'chat', kind: 'slackApp', use: 'always', problems: [] });
  });
});
