import { wakeIfDecided } from '../aws/follow-change.ts';
import { defineStep, toHandler } from '../aws/step.ts';
import type { Change } from '../aws/stream-event.ts';
import { againFrom, changesOf, StreamEvent } from '../aws/stream-event.ts';
import { describeError } from '../core/errors.ts';
import { logEvents } from '../core/log-events.ts';

/**
 * Runs on what must not wait, at least once and in order: wakes the waiting state when a question
 * is decided, also where the function that counted the vote died right after. It calls nothing but
 * AWS, and has a reader of the stream for itself: no channel that hangs can hold it up. What fails
 * keeps nothing after it from being tried, and is tried again with it.
 */
export const onVote = defineStep({
  name: 'OnVote',
  input: StreamEvent,
  async run(event, runtime) {
    const failed: Change[] = [];
    for (const change of changesOf(event)) {
      try {
        await wakeIfDecided(runtime, change.image);
      } catch (error) {
        runtime.log.error(logEvents.voteNotFollowed, { problem: describeError(error) });
        failed.push(change);
      }
    }
    return againFrom(failed[0]);
  },
});

export const handler = toHandler(onVote);
