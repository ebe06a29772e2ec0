import type { Json } from '../../core/json.ts';
import { jsonText } from './json.ts';
import type { Deadlines } from './deadlines.ts';
import type { TaskState } from './definition.ts';
import type { StateError } from './errors.ts';
import type { Visit } from './visit.ts';

/** Writes the events of one attempt at a task. */
export interface TaskReport {
  scheduled(args: Json, deadlines: Deadlines): void;
  submitted(output: Json): void;
  succeeded(output: Json): void;
  failed(failure: StateError): void;
}

const TIMEOUT = 'States.Timeout';

/** Events of a Resource that is a plain Lambda function. */
export function reportFunction({ thread, state }: Visit<TaskState>): TaskReport {
  return {
    scheduled(args, { timeoutSeconds }) {
      thread.record('LambdaFunctionScheduled', {
        lambdaFunctionScheduledEventDetails: {
          resource: state.Resource,
          get input() {
            return jsonText(args);
          },
          ...(timeoutSeconds === undefined ? {} : { timeoutInSeconds: timeoutSeconds }),
        },
      });
      thread.record('LambdaFunctionStarted');
    },
    submitted() {
      throw new Error('a plain Lambda function is never submitted');
    },
    succeeded(output) {
      thread.record('LambdaFunctionSucceeded', {
        lambdaFunctionSucceededEventDetails: {
          get output() {
            return jsonText(output);
          },
        },
      });
    },
    failed(failure) {
      const details = failure.toDetails();
      if (failure.error === TIMEOUT) {
        thread.record('LambdaFunctionTimedOut', { lambdaFunctionTimedOutEventDetails: details });
      } else {
        thread.record('LambdaFunctionFailed', { lambdaFunctionFailedEventDetails: details });
      }
    },
  };
}

/** Events of `lambda:invoke`, with and without a task token. */
export function reportIntegration({ thread, state }: Visit<TaskState>): TaskReport {
  const resource = state.kind === 'waitForTaskToken' ? 'invoke.waitForTaskToken' : 'invoke';
  const about = { resourceType: 'lambda', resource };
  return {
    scheduled(args, { timeoutSeconds, heartbeatSeconds }) {
      thread.record('TaskScheduled', {
        taskScheduledEventDetails: {
          ...about,
          region: thread.context.region,
          get parameters() {
            return jsonText(args);
          },
          ...(timeoutSeconds === undefined ? {} : { timeoutInSeconds: timeoutSeconds }),
          ...(heartbeatSeconds === undefined ? {} : { heartbeatInSeconds: heartbeatSeconds }),
        },
      });
      thread.record('TaskStarted', { taskStartedEventDetails: about });
    },
    submitted(output) {
      const details = {
        ...about,
        get output() {
          return jsonText(output);
        },
      };
      thread.record('TaskSubmitted', { taskSubmittedEventDetails: details });
    },
    succeeded(output) {
      const details = {
        ...about,
        get output() {
          return jsonText(output);
        },
      };
      thread.record('TaskSucceeded', { taskSucceededEventDetails: details });
    },
    failed(failure) {
      const details = { ...about, ...failure.toDetails() };
      if (failure.error === TIMEOUT) {
        thread.record('TaskTimedOut', { taskTimedOutEventDetails: details });
      } else {
        thread.record('TaskFailed', { taskFailedEventDetails: details });
      }
    },
  };
}
