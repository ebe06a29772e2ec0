import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SSMClient } from '@aws-sdk/client-ssm';
import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { answerSlackAction } from '../../../aws/approvals/slack-actions.ts';
import type { SlackActionAnswer } from '../../../aws/approvals/slack-actions.ts';
import { onIncidentChange } from '../../../functions/on-incident-change.ts';
import { onVote } from '../../../functions/on-vote.ts';
import { address, prepare, taken } from './slack-support.ts';

/** So long a call hangs: longer than anybody waits. */
const HANGS = 7;

type Handler = (args: object) => Promise<object>;
type Middleware = (next: Handler, context: { readonly commandName?: string }) => Handler;
const Stack = z.custom<{ addRelativeTo: (middleware: Middleware, options: object) => void }>(
  (value) => typeof value === 'object' && value !== null && 'addRelativeTo' in value,
);

/** The incident of `prepare`, services that take their time, and a look at the clock. */
async function prepareSlow() {
  const bench = await prepare();
  const { runtime, world, clock } = bench;
  const writes: object[] = [];
  world.onItemWritten = (_, image) => writes.push(image);
  const problems: string[] = [];
  const error = (event: string) => void problems.push(event);
  Object.assign(runtime, { log: { info: () => undefined, error } });

  const waits = new Map<string, number>();
  for (const Client of [SSMClient, DynamoDBClient]) {
    const client: unknown = runtime.client<object>(Client, runtime.environment.region);
    const wait: Middleware =
      (next, { commandName = '' }) =>
      async (args) => {
        const seconds = waits.get(commandName);
        if (seconds !== undefined) await clock.sleep(seconds * 1000);
        return await next(args);
      };
    const stack = Stack.parse(Reflect.get(Object(client), 'middlewareStack'));
    stack.addRelativeTo(wait, { relation: 'before', toMiddleware: 'faults', name: 'slow' });
  }
  /** Every call of this command takes so long before it has its effect. */
  const slow = (command: string, seconds: number) => waits.set(`${command}Command`, seconds);
  /** Answers a click, which waited for the function to start; and tells after how long. */
  const answerTimed = async (startSeconds = 0) => {
    const now = clock.now().getTime();
    const askedAt = new Date(now - startSeconds * 1000);
    const came: { answer?: SlackActionAnswer; seconds?: number } = {};
    void answerSlackAction(runtime, { ...bench.click(), address, askedAt }).then((answer) => {
      came.answer = answer;
      came.seconds = (clock.now().getTime() - askedAt.getTime()) / 1000;
    });
    // Lambda stands still after the answer: nothing that hangs longer comes to its end.
    await clock.advance(3 - startSeconds);
    return came;
  };
  /** Hands what was written to who follows the table. */
  const follow = async (step: typeof onVote) => {
    const dynamodb = writes.map((NewImage, index) => ({ SequenceNumber: String(index), NewImage }));
    return await bench.run(step, { Records: dynamodb.map((each) => ({ dynamodb: each })) });
  };
  const clicksKept = () => [...world.items.keys()].filter((key) => key.includes('|CLICK#'));
  const recover = () => {
    waits.clear();
  };
  return { ...bench, slow, recover, answerTimed, follow, clicksKept, problems };
}

describe('A click in Slack, while AWS is slow, is answered with a failure', () => {
  it('in time, where the secrets cannot be read', async () => {
    const { slow, answerTimed, votes, clicksKept } = await prepareSlow();
    slow('GetParameter', HANGS);
    expect(await answerTimed()).toMatchObject({ answer: { status: 503 }, seconds: 2.5 });
    expect([await votes(), clicksKept()]).toEqual([[], []]);
  });

  it('in time, where nothing can be written: whoever clicked sees it, and the log says it', async () => {
    const { slow, answerTimed, votes, clicksKept, problems } = await prepareSlow();
    slow('TransactWriteItems', HANGS);
    slow('PutItem', HANGS);
    expect(await answerTimed()).toMatchObject({ answer: { status: 503 }, seconds: 2.5 });
    expect([await votes(), clicksKept()]).toEqual([[], []]);
    expect(problems).toEqual(['failover.slack_action_not_taken']);
  });

  it('at once, where everything is refused', async () => {
    const { answerTimed, faults, votes, problems } = await prepareSlow();
    faults.always('rejected', 'TransactWriteItems');
    faults.always('rejected', 'PutItem');
    expect(await answerTimed()).toMatchObject({ answer: { status: 503 }, seconds: 0 });
    expect(await votes()).toEqual([]);
    expect(problems).toEqual(['failover.slack_action_not_taken']);
  });
});

describe('A click in Slack that cannot be counted in time', () => {
  it.each<[string, (bench: Awaited<ReturnType<typeof prepareSlow>>) => void, number]>([
    [
      'because writing hangs',
      ({ slow }) => {
        slow('TransactWriteItems', HANGS);
      },
      1.5,
    ],
    [
      'because reading hangs',
      ({ slow }) => {
        slow('GetItem', HANGS);
      },
      1.5,
    ],
    [
      'because writing fails',
      ({ faults }) => {
        faults.inject('throttled', 1, 'TransactWriteItems');
      },
      0,
    ],
    [
      'because the secrets were slow',
      ({ slow }) => {
        slow('GetParameter', 2);
        slow('GetItem', 1.9);
      },
      2,
    ],
  ])('%s: is handed over, counted once, and its outcome told', async (_, spoil, seconds) => {
    const bench = await prepareSlow();
    spoil(bench);
    expect(await bench.answerTimed()).toEqual({ answer: taken, seconds });
    expect(bench.clicksKept()).toHaveLength(1);
    bench.recover();
    expect(await bench.votes()).toEqual([]);
    expect(await bench.follow(onVote)).toEqual({ batchItemFailures: [] });
    expect(await bench.votes()).toMatchObject([{ approver: 'Olga Operator' }]);
    expect(bench.repliesOf()).toMatchObject([{ text: 'Enough people said yes. 1 of 1.' }]);
  });

  it('is counted once although the write that hung had its effect', async () => {
    const { answerTimed, faults, slow, follow, votes, clicksKept } = await prepareSlow();
    faults.inject('reply lost', 1, 'TransactWriteItems');
    slow('GetParameter', 0.1);
    expect(await answerTimed()).toMatchObject({ answer: taken });
    expect(clicksKept()).toHaveLength(1);
    expect(await follow(onVote)).toEqual({ batchItemFailures: [] });
    expect(await votes()).toHaveLength(1);
  });

  it('is said to be taken, where only the person sees it', async () => {
    const { answerTimed, slow, follow, world } = await prepareSlow();
    slow('TransactWriteItems', HANGS);
    await answerTimed();
    await follow(onIncidentChange);
    expect(world.slack.ephemerals).toMatchObject([{ text: expect.stringContaining('was taken') }]);
  });

  it('is tried again where counting it fails', async () => {
    const { answerTimed, slow, recover, follow, faults, votes } = await prepareSlow();
    slow('TransactWriteItems', HANGS);
    await answerTimed();
    recover();
    faults.inject('throttled', 1, 'GetItem');
    expect((await follow(onVote)).batchItemFailures).toHaveLength(1);
    expect(await votes()).toEqual([]);
  });
});

describe('A click in Slack is answered', () => {
  it('with 200 where the vote counts and the reply cannot be kept', async () => {
    const { answerTimed, faults, votes, problems, clicksKept } = await prepareSlow();
    faults.always('rejected', 'PutItem');
    expect(await answerTimed()).toEqual({ answer: taken, seconds: 0 });
    expect([(await votes()).length, clicksKept()]).toEqual([1, []]);
    expect(problems).toEqual(['failover.slack_reply_not_kept']);
  });

  it('with 200 in time where the reply hangs', async () => {
    const { answerTimed, slow, votes } = await prepareSlow();
    slow('PutItem', HANGS);
    expect(await answerTimed()).toEqual({ answer: taken, seconds: 2.5 });
    expect(await votes()).toHaveLength(1);
  });

  it('in time after a cold start, which Slack waits for, too', async () => {
    const { answerTimed, slow } = await prepareSlow();
    slow('TransactWriteItems', HANGS);
    slow('PutItem', HANGS);
    expect(await answerTimed(1.4)).toMatchObject({ answer: { status: 503 }, seconds: 2.5 });
  });

  it('after the secrets and the question were read at the same time', async () => {
    const { answerTimed, slow, clicksKept } = await prepareSlow();
    slow('GetParameter', 0.6);
    slow('GetItem', 0.6);
    expect(await answerTimed()).toEqual({ answer: taken, seconds: 1.2 });
    expect(clicksKept()).toEqual([]);
  });
});
