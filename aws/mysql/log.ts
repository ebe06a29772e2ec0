import { randomInt } from 'node:crypto';
import ZongJi from '@vlasky/zongji';
import * as z from 'zod';
import { createExpected } from '../../core/reconcile/gtid.ts';
import type { Apart } from '../../core/reconcile/gtid.ts';
import { oneLine } from '../../core/text.ts';
import { DecodeError } from '../reconcile/errors.ts';
import type { Step } from './log-follower.ts';
import { createFollower, FOLLOWED } from './log-follower.ts';
import type { Side } from './side.ts';

/** A server that sends nothing for so long has nothing more: the log lacks what was expected. */
const SILENCE_MILLISECONDS = 20_000;

/** An error of the server comes wrapped in one of Node.js, which shows its stack. */
const Wrapped = z.object({ context: z.object({ message: z.string() }) });
const LONGEST = 200;

function wordsOf(error: Error): string {
  const { data } = Wrapped.safeParse(error);
  return oneLine(data?.context.message ?? error.message, LONGEST);
}

/** A number that no replica has: a server ends the session of one that comes a second time. */
const replicaNumber = (): number => randomInt(2 ** 31, 2 ** 32 - 1);

/**
 * Reads the binary log of the old primary, as a replica does, from where the writer stopped to the
 * last transaction that it never got. Each change is taken in the order of the log.
 * @throws DecodeError if it cannot be read, or does not tell every change; then nothing is certain
 */
export async function readLog(
  old: Side,
  apart: Apart,
  take: (step: Step) => void,
  silenceMilliseconds = SILENCE_MILLISECONDS,
): Promise<void> {
  const follow = createFollower(createExpected(apart), take);
  const log = new ZongJi(old.connection);
  const stopped = new Promise<void>((resolve) => {
    log.once('stopped', resolve);
  });
  try {
    await new Promise<void>((resolve, reject) => {
      let events = 0;
      const watch = (seen: number): void => {
        AbortSignal.timeout(silenceMilliseconds).addEventListener('abort', () => {
          if (events > seen) watch(events);
          else reject(new DecodeError('it ends before the last lost transaction'));
        });
      };
      watch(-1);
      log.on('error', (error) => {
        reject(new DecodeError(wordsOf(error), { cause: error }));
      });
      log.on('binlog', (event) => {
        events += 1;
        try {
          if (follow(event)) resolve();
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
      log.start({
        ...{ serverId: replicaNumber(), gtidSet: apart.resumeAfter },
        ...{ includeEvents: [...FOLLOWED], includeSchema: { [old.database]: true } },
      });
    });
  } finally {
    log.removeAllListeners('binlog');
    log.stop();
    await stopped;
  }
}
