import * as z from 'zod';
import { followChange } from '../aws/follow-change.ts';
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
    for (const { dynamodb } of Records) {
      try {
        if (dynamodb.NewImage !== undefined) await followChange(runtime, dynamodb.NewImage);
      } catch (error) {
        runtime.log.error(logEvents.changeNotTold, { problem: describeError(error) });
        return { batchItemFailures: [{ itemIdentifier: dynamodb.SequenceNumber }] };
      }
    }
    return { batchItemFailures: [] };
  },
});

export const handler = toHandler(onIncidentChange);
