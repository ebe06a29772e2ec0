import type { Execution } from './asl/execution.ts';
import { pathOf } from './asl/history.ts';
import type { LabOutcome } from './record.ts';

const endings: Readonly<Record<string, LabOutcome>> = {
  Recovered: 'recovered',
  Declined: 'declined',
  StoodDown: 'stoodDown',
  Rejected: 'rejected',
  Expired: 'expired',
};

/** How an execution ended: its last state says so; any other ending is a failure. */
export function outcomeOf(execution: Execution): LabOutcome {
  return endings[pathOf(execution.history).at(-1) ?? ''] ?? 'failed';
}

/** The execution that opened the incident; the first one if none did. */
export function mainExecution(executions: readonly Execution[]): Execution | undefined {
  return executions.find((execution) => outcomeOf(execution) !== 'declined') ?? executions[0];
}
