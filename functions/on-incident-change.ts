import { showChange } from '../aws/follow-change.ts';
import { defineStep, toHandler } from '../aws/step.ts';
import { againFrom, changesOf, StreamEvent } from '../aws/stream-event.ts';
import { secondsBetween } from '../core/incident.ts';
import { logEvents } from '../core/log-events.ts';

/**
 * Nothing more is begun after this. A change takes 45 s at the most, with every service hanging
 * until its deadline: together less than the function's timeout of 120 s, after which Lambda would
 * repeat the whole batch.
 */
const BEGIN_SECONDS = 60;

/**
 * Runs on every change of an incident in the table, at least once and in order: shows it in the
 * messages that were sent, and replies to whoever clicked. Nothing that matters waits for it. What
 * it has no time for is asked for again, with what comes after.
 */
export const onIncidentChange = defineStep({
  name: 'OnIncidentChange',
  input: StreamEvent,
  async run(event, runtime) {
    const startedAt = runtime.clock.now();
    for (const change of changesOf(event)) {
      if (secondsBetween(startedAt, runtime.clock.now()) >= BEGIN_SECONDS) {
        runtime.log.error(logEvents.changesPutOff, { from: change.number });
        return againFrom(change);
      }
      await showChange(runtime, change.image);
    }
    return againFrom(undefined);
  },
});

export const handler = toHandler(onIncidentChange);
