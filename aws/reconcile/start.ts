import type { ReconcileRequest } from '../../core/reconcile/request.ts';
import type { Incident } from '../../core/incident.ts';
import { NotReadyError } from '../../core/errors.ts';
import type { Runtime } from '../runtime.ts';
import { startRun } from '../start-run.ts';

/** Starts the state machine that accounts for an old primary. @throws NotReadyError if there is none */
export async function startReconciliation(
  runtime: Runtime,
  request: ReconcileRequest,
): Promise<string> {
  const stamp = runtime.clock.now().toISOString().replaceAll(/\D/g, '');
  return await startRun(runtime, machineOf(runtime), `reconcile-${request.plan}-${stamp}`, request);
}

/** What may keep one from beginning passes as a rule; a try every minute would be noise. */
const TRY_MILLISECONDS = 15 * 60 * 1000;

/** The same by the watch: once in a quarter of an hour for each failover, however often it asks. */
export async function startOnReturn(
  runtime: Runtime,
  failover: Pick<Incident, 'id' | 'plan'>,
): Promise<string> {
  const attempt = Math.floor(runtime.clock.now().getTime() / TRY_MILLISECONDS);
  return await startRun(runtime, machineOf(runtime), `return-${failover.id}-${attempt}`, {
    plan: failover.plan,
    by: 'the watch',
    reason: `The old primary of ${failover.id} is back, fenced and kept.`,
  });
}

function machineOf({ environment }: Runtime): string {
  if (environment.reconciliation !== undefined) return environment.reconciliation;
  throw new NotReadyError('The stack has no reconciliations yet: deploy it again.');
}
