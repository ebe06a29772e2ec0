import * as z from 'zod';
import { showChange, wakeIfDecided } from '../aws/follow-change.ts';
import { defineStep, toHandler } from '../aws/step.ts';
import { describeError } from '../core/errors.ts';
import { logEvents } from '../core/log-events.ts';

/** A record of the table's stream; AWS sends more. */
const StreamEvent = z.object({
  Records: z.array(
    z.object({
      dynamodb: z.object({
        SequenceNumber: z.string(),
        /** In DynamoDB's own form; a deletion has none. */
        NewImage: z.record(z.string(), z.unknown()).optional(),
      }),
    }),
  ),
});

/**
 * Runs on every change of an incident in the table, at least once and in order: wakes the waiting
 * state when a question is decided, also where the function that counted the vote died right
 * after; shows the change in the messages that were sent. A record that fails is tried again, with
 * those after it.
 */
export const onIncidentChange = defineStep({
  name: 'OnIncidentChange',
  input: StreamEvent,
  async run({ Records }, runtime) {
    const changes = Records.flatMap(({ dynamodb: { NewImage: image, SequenceNumber: number } }) =>
      image === undefined ? [] : [{ image, number }],
    );
    // Nobody sleeps on because a message is slow: all wake-ups come before anything is shown.
    let handled = 0;
    try {
      for (const { image } of changes) {
        await wakeIfDecided(runtime, image);
        handled += 1;
      }
    } catch (error) {
      runtime.log.error(logEvents.changeNotTold, { problem: describeError(error) });
    }
    for (const { image } of changes.slice(0, handled)) await showChange(runtime, image);
    const failed = changes.slice(handled, handled + 1);
    return { batchItemFailures: failed.map(({ number }) => ({ itemIdentifier: number })) };
  },
});

export const handler = toHandler(onIncidentChange);
