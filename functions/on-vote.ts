import { countIfClick, wakeIfDecided } from '../aws/follow-vote.ts';
import { defineStep, toHandler } from '../aws/step.ts';
import type { Change } from '../aws/stream-event.ts';
import { againFrom, changesOf, StreamEvent } from '../aws/stream-event.ts';
import { describeError } from '../core/errors.ts';
import { logEvents } from '../core/log-events.ts';

/**
 * Runs on what must not wait, at least once and in order: wakes the waiting state when a question
 * is decided, also where the function that counted the vote died right after; counts the clicks
 * that the front door had no time for. It calls nothing but AWS, and has a reader of the stream for
 * itself: no channel that hangs can hold it up. What fails keeps nothing else from being tried, and
 * is tried again with what came after it.
 */
export const onVote = defineStep({
  name: 'OnVote',
  input: StreamEvent,
  async run(event, runtime) {
    const changes = changesOf(event);
    const failed = new Set<Change>();
    // Nobody sleeps on because a click cannot be counted.
    for (const follow of [wakeIfDecided, countIfClick]) {
      for (const change of changes) {
        try {
          await follow(runtime, change.image);
        } catch (error) {
          runtime.log.error(logEvents.voteNotFollowed, { problem: describeError(error) });
          failed.add(change);
        }
      }
    }
    return againFrom(changes.find((change) => failed.has(change)));
  },
});

export const handler = toHandler(onVote);
