import type { Compute, Fencing, Traffic } from './plan.ts';

/** Under which name the capacity from before the incident is kept. */
export function computeSnapshot({ id }: Pick<Compute, 'id'>): string {
  return `compute#${id}`;
}

/** Under which name the routing from before the incident is kept. */
export function trafficSnapshot({ id }: Pick<Traffic, 'id'>): string {
  return `traffic#${id}`;
}

/**
 * Under which name the state from before a fence is kept. The edge fence moves a traffic driver:
 * both share what was there before, or the switch would take the moved traffic for the old one.
 */
export function fenceSnapshot(driver: Fencing): string {
  return driver.kind === 'edge' ? trafficSnapshot({ id: driver.traffic }) : `fence#${driver.id}`;
}
