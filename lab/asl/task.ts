import type { Json } from '../../core/json.ts';
import type { Stop } from '../stop.ts';
import { settleWithin } from './deadlines.ts';
import type { Deadlines } from './deadlines.ts';
import type { TaskState } from './definition.ts';
import { StateError } from './errors.ts';
import { QueryProblem, unexpectedType } from './evaluate.ts';
import { checkPayloadSize, isRecord, throughWire } from './json.ts';
import { reportFunction, reportIntegration } from './task-events.ts';
import type { TaskReport } from './task-events.ts';
import type { Exit, Visit } from './visit.ts';

interface Call {
  readonly functionArn: string;
  readonly payload: Json;
}

// What the Lambda service itself answers is plain text; what a function throws is JSON.
const SERVICE_ERROR = /^Lambda\./;

function toStateError(thrown: unknown): StateError {
  if (thrown instanceof StateError) return thrown;
  const errorType = thrown instanceof Error ? thrown.name : typeof thrown;
  const errorMessage = thrown instanceof Error ? thrown.message : String(thrown);
  if (SERVICE_ERROR.test(errorType)) return new StateError(errorType, errorMessage);
  // The stack is left out: it names the machine the lab runs on and differs from run to run.
  const trace = [`${errorType}: ${errorMessage}`];
  return new StateError(errorType, JSON.stringify({ errorType, errorMessage, trace }));
}

function readCall(visit: Visit<TaskState>, args: Json): Call {
  const { kind, Resource } = visit.state;
  if (kind === 'function') return { functionArn: Resource, payload: args };
  if (!isRecord(args)) {
    visit.fail(unexpectedType('Arguments', visit.state.Arguments ?? {}, 'object', args));
  }
  const { FunctionName, Payload = {}, ...others } = args;
  const [unknown] = Object.keys(others);
  if (typeof FunctionName !== 'string' || unknown !== undefined) {
    const what = unknown === undefined ? 'needs a FunctionName' : `cannot have '${unknown}'`;
    visit.fail(new QueryProblem('Arguments', `The field 'Arguments' ${what}`));
  }
  return { functionArn: FunctionName, payload: throughWire(Payload) };
}

async function readDeadlines(visit: Visit<TaskState>): Promise<Deadlines> {
  const read = (field: 'TimeoutSeconds' | 'HeartbeatSeconds') => {
    const template = visit.state[field];
    return template === undefined ? undefined : visit.evaluateNumber(field, template, 1);
  };
  return {
    timeoutSeconds: await read('TimeoutSeconds'),
    heartbeatSeconds: await read('HeartbeatSeconds'),
  };
}

async function callFunction(visit: Visit<TaskState>, call: Call, signal: Stop): Promise<Json> {
  const { context } = visit.thread;
  const payload = throughWire(call.payload);
  const { functionArn } = call;
  const answer = await context.invoke({
    functionArn,
    payload,
    stateName: visit.state.name,
    signal,
  });
  return throughWire(answer);
}

async function answerOf(
  visit: Visit<TaskState>,
  call: Call,
  signal: Stop,
  report: TaskReport,
  callback: Promise<Json> | undefined,
): Promise<Json> {
  const answer = await callFunction(visit, call, signal);
  signal.throwIfAborted();
  if (visit.state.kind === 'function') return answer;
  const response = { ExecutedVersion: '$LATEST', Payload: answer, StatusCode: 200 };
  if (!callback) return response;
  report.submitted(response);
  return await callback;
}

/** One attempt at a task: from its Arguments to its result. Retry and Catch are the caller's. */
async function attempt(visit: Visit<TaskState>): Promise<Json> {
  const { state, thread, frame } = visit;
  const pending = state.kind === 'waitForTaskToken' ? thread.context.tokens.open() : undefined;
  visit.token = pending?.token;
  try {
    const args =
      state.Arguments === undefined
        ? frame.input
        : await visit.evaluate('Arguments', state.Arguments);
    checkPayloadSize(args, state.name);
    const call = readCall(visit, args);
    const deadlines = await readDeadlines(visit);
    const report = state.kind === 'function' ? reportFunction(visit) : reportIntegration(visit);
    report.scheduled(args, deadlines);
    try {
      const result = await settleWithin(thread, deadlines, pending, async (signal) => {
        return await answerOf(visit, call, signal, report, pending?.answer);
      });
      checkPayloadSize(result, state.kind === 'function' ? state.Resource : 'lambda');
      report.succeeded(result);
      return result;
    } catch (thrown) {
      thread.signal.throwIfAborted();
      const failure = toStateError(thrown);
      report.failed(failure);
      throw failure;
    }
  } finally {
    pending?.close();
  }
}

/** One attempt at a task, up to its Output and Assign. */
export async function runTask(visit: Visit<TaskState>): Promise<Exit> {
  const result = await attempt(visit);
  return await visit.leave(visit.state, result, visit.state.Next, { result });
}
