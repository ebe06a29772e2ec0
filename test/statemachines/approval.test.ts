import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { NetworkError } from '../../core/network.ts';
import type { HttpsRequest } from '../../core/network.ts';
import { rotate } from '../../lab/aws/secrets-manager.ts';
import { slackHosts } from '../../lab/world/slack.ts';
import type { Scene } from '../lab/virtual/scene.ts';
import { play } from '../lab/virtual/scene.ts';
import { runAsking as run, times, told } from './asking.ts';
import { clickTooLate, lossGrows, when } from './hooks.ts';

/** Slack takes every call and answers none. */
const slackHangs: NonNullable<Scene['arrange']> = ({ world, clock }) => {
  const { network } = world.physics;
  const answer = network.https.bind(network);
  Object.assign(network, {
    https: async (request: HttpsRequest) => {
      if (!slackHosts.includes(new URL(request.url).hostname)) return await answer(request);
      await clock.sleep(request.connectTimeoutMilliseconds + request.readTimeoutMilliseconds);
      throw new NetworkError('ETIMEDOUT', 'no answer');
    },
  });
};

describe('A decision takes effect', () => {
  it('although the function that wakes the workflow fails several times', async () => {
    let failures = 0;
    const played = await run({
      answer: 'approve',
      arrange: ({ world }) => {
        const wake = world.sendTaskSuccess;
        world.sendTaskSuccess = (token, output) => {
          failures += 1;
          if (failures <= 5)
            throw Object.assign(new Error('busy'), { name: 'ThrottlingException' });
          wake(token, output);
        };
      },
    });
    expect(failures).toBeGreaterThan(5);
    expect(played.end).toBe('Recovered');
    expect(played.stage.world.promotions).toBe(1);
    expect(played.stage.account.problems).toStrictEqual([]);
  });

  it('within a second or two, although Slack hangs and there is much to show', async () => {
    const judgedAt: number[] = [];
    const played = await run({
      answer: 'approve',
      arrange: slackHangs,
      onState: (name, _, { clock }) => {
        if (name === 'JudgeApproval') judgedAt.push(clock.now().getTime());
      },
    });
    expect(played.end).toBe('Recovered');
    const [vote] = z.array(z.object({ at: z.string() })).parse(played.run.incident?.votes);
    const votedAt = Date.parse(vote?.at ?? '');
    const next = judgedAt.find((at) => at >= votedAt) ?? Number.POSITIVE_INFINITY;
    expect((next - votedAt) / 1000).toBeLessThan(2);
    expect(played.stage.account.problems).toStrictEqual([]);
  });

  it('although the front door had no time to count the click', async () => {
    const played = await run({ answer: 'approve', answerOver: clickTooLate });
    expect(played.end).toBe('Recovered');
    expect(played.run.incident?.votes).toMatchObject([{ origin: { channel: 'slack' } }]);
  });

  it('although the stream is gone: the state looks by itself at its next reminder', async () => {
    const played = await run({
      answer: 'approve',
      arrange: ({ world }) => {
        world.onItemWritten = () => undefined;
      },
    });
    expect(played.end).toBe('Recovered');
    expect(times(played, 'RequestApproval')).toBe(1);
    expect(times(played, 'JudgeApproval')).toBe(2);
  });

  it('by a link that was signed before the key was rotated', async () => {
    const played = await run({
      answer: 'approve',
      onState: when('RequestApproval', ({ world, clock }) => {
        void clock.sleep(30_000).then(() => {
          for (const [name, secret] of world.secrets) {
            world.secrets.set(name, rotate(secret, { id: 'version-2', value: 'k'.repeat(64) }));
          }
        });
      }),
    });
    expect(played.end).toBe('Recovered');
  });
});

describe('The evidence gets worse after an approval', () => {
  it('and the same people are asked anew, with links of their own', async () => {
    const played = await play(await lossGrows(1)());
    expect(times(played, 'RequestApproval')).toBe(2);
    expect(told(played, 'DECISION NEEDED')).toBe(2 * 3);
    expect(played.run.incident?.votes).toHaveLength(2);
    const [first, second] = played.run.incident?.votes ?? [];
    expect(first?.evidenceDigest).not.toBe(second?.evidenceDigest);
  });
});
