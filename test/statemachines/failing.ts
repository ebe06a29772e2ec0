import type { Scene } from '../lab/virtual/scene.ts';
import { failure } from '../lab/virtual/scene.ts';

/** What happens around the function of a state. */
export type Around = NonNullable<Scene['around']>;

/** Ways in which a function fails for good. */
export const faults: Readonly<Record<string, Around>> = {
  'cannot reach AWS': () => Promise.reject(failure('UnreachableError')),
  'is refused by a guard': () => Promise.reject(failure('NotReadyError')),
  hangs: async (_call, _run, { clock }) => {
    await clock.sleep(12 * 3600 * 1000);
  },
};

/** The function does its work, and its answer is lost. */
export const unanswered: Around = async (_call, run) => {
  await run();
  throw failure('Sandbox.Timedout', 'The answer was lost.');
};

/** The function of one state fails; `times` is how often. */
export function failingIn(state: string, fault: Around, times = Number.POSITIVE_INFINITY): Around {
  let left = times;
  return async (call, run, stage) => {
    if (call.stateName !== state || left <= 0) return await run();
    left -= 1;
    return await fault(call, run, stage);
  };
}
