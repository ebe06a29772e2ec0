import type { Incident } from '../core/incident.ts';
import type { ProbeResult, Round } from '../core/outage.ts';
import { voteOf } from '../core/outage.ts';
import type { Plan } from './plan.ts';
import { runProbe } from './probes.ts';
import type { Runtime } from './runtime.ts';

/**
 * One round of all probes, at the same time, from the orchestrator's Region. Witness Regions
 * will run the same round elsewhere; a round names its vantage point for that.
 */
export async function observe(runtime: Runtime, plan: Plan, incident: Incident): Promise<Round> {
  const context = { plan, runtime, outageStartedAt: outageStartedAt(incident) };
  const { probes, controls, confirm } = plan.detection;
  const [results, controlResults] = await Promise.all([
    Promise.all(probes.map(async (probe) => await runProbe(probe, context))),
    Promise.all(controls.map(async (probe) => await runProbe(probe, context))),
  ]);
  const all: ProbeResult[] = [...results, ...controlResults];
  return {
    at: runtime.clock.now().toISOString(),
    vantage: runtime.environment.region,
    ...voteOf(results, controlResults, confirm.signals),
    probes: all,
  };
}

/** A commit after this instant proves that the primary survived it. */
function outageStartedAt(incident: Incident): Date {
  const { outageStart } = incident;
  return new Date(outageStart.known ? outageStart.latestAt : incident.openedAt);
}
