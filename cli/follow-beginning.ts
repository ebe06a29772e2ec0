import type { Runtime } from '../aws/runtime.ts';
import { stackOptionsOf } from '../aws/runtime.ts';
import type { Beginning } from '../aws/start-run.ts';
import { readBeginning, wordsOfEnd } from '../aws/start-run.ts';
import { UnreachableError } from '../core/errors.ts';
import type { Io } from './io.ts';
import { oneLine } from './safe-text.ts';

const LOOKS = 60;
const LOOK_MILLISECONDS = 1000;

/** Follows a run until it has said whether it begins; the exit status. */
export async function followBeginning(
  runtime: Runtime,
  execution: string,
  io: Io,
  wait: (milliseconds: number) => Promise<unknown>,
): Promise<number> {
  for (let look = 0; look < LOOKS; look += 1) {
    // It has begun, whatever became of one look.
    const beginning = await readBeginning(runtime, execution).catch(unlessSilent);
    if (beginning.is === 'over') {
      io.err(`Not begun (${beginning.status}): ${oneLine(wordsOfEnd(beginning.words))}`);
      return 1;
    }
    if (beginning.is === 'open') {
      const { id } = beginning.incident;
      io.out(`${id} is open.`);
      io.out(`Follow it: npx failover incident show ${id} ${stackOptionsOf(runtime.environment)}`);
      return 0;
    }
    await wait(LOOK_MILLISECONDS);
  }
  io.err(`It has said nothing for ${LOOKS} s: look at the execution in the console.`);
  return 1;
}

function unlessSilent(error: unknown): Beginning {
  if (error instanceof UnreachableError) return { is: 'unknown' };
  throw error;
}
