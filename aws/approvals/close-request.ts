import { logEvents } from '../../core/log-events.ts';
import type { Runtime } from '../runtime.ts';
import { reviseRequest } from './request-store.ts';

/**
 * Ends a question that is still open when its run ends or stands down: whoever comes later is told
 * so, instead of voting on something that nobody waits for. A question that was decided stays as it
 * is; without one nothing happens. Safe to repeat.
 */
export async function closeRequest(runtime: Runtime, incidentId: string): Promise<void> {
  const at = runtime.clock.now().toISOString();
  const { result } = await reviseRequest(runtime, incidentId, (seen) => {
    if (seen === undefined || seen.decision !== undefined) return { result: undefined };
    const decision = {
      decision: 'expired',
      by: 'the end of the run',
      reason: 'The run ended before this was decided.',
      decidedAt: at,
      evidenceDigest: seen.evidenceDigest,
    } as const;
    const lines = [{ what: 'approval-decided', entry: decision, at }];
    return { changes: { decision }, lines, result: decision };
  });
  if (result !== undefined) {
    runtime.log.info(logEvents.approvalJudged, { incident: incidentId, ...result });
  }
}
