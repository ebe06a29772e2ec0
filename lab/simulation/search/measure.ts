import type { Simulated } from '../simulate.ts';
import type { Measured } from './job.ts';

/** The client that never asks the DNS again does not count: no failover reaches it. */
const WELL_BEHAVED = 2;

/** What the clients of a run saw, and what was left of it. */
export function measure({ ghost, stage }: Simulated): Measured {
  const { events, clients, outageAt } = ghost;
  const promoted = events.find((event) => event.kind === 'promoted');
  return {
    rtoSeconds: outageAt === undefined ? null : rtoSeconds(clients.ledger.writes, outageAt),
    lossSeconds: promoted?.kind === 'promoted' ? promoted.lossSeconds : null,
    wasAsked: events.some(({ kind }) => kind === 'asked'),
    promotions: ghost.promotionsByWorkflow,
    problems: stage.account.problems,
  };
}

/** Until each well-behaved client had a write acknowledged after the outage began. */
function rtoSeconds(
  writes: Simulated['ghost']['clients']['ledger']['writes'],
  outageAt: number,
): number | null {
  let last = outageAt;
  for (let client = 0; client < WELL_BEHAVED; client += 1) {
    const served = writes.find(
      (write) => write.client === client && write.at > outageAt && write.result === 'acknowledged',
    );
    if (served === undefined) return null;
    last = Math.max(last, served.at);
  }
  return (last - outageAt) / 1000;
}
