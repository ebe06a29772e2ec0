import * as z from 'zod';
import type { SimulatedCall } from '../calls.ts';
import type { Noted } from '../ghost.ts';
import type { Seen } from './invariant.ts';
import { callOf } from './reads.ts';

const Rename = z.object({ DBInstanceIdentifier: z.string(), NewDBInstanceIdentifier: z.string() });
const Taken = z.object({ DBInstanceIdentifier: z.string(), DBSnapshotIdentifier: z.string() });
const Planned = z.object({
  incident: z.object({ planned: z.object({ after: z.string().optional() }) }),
});

/** The instance that is given another name; undefined where something else is asked for. */
export function renameOf({ command, input }: SimulatedCall): string | undefined {
  if (command !== 'ModifyDBInstanceCommand') return undefined;
  return Rename.safeParse(input).data?.DBInstanceIdentifier;
}

/**
 * Why a rename comes too early; undefined if it does not, or if it is none. What counts is a snapshot
 * of this very instance, named after the promotion that made it an old one.
 */
export function whyNotKept(call: SimulatedCall, { ghost }: Seen): string | undefined {
  const instance = renameOf(call);
  if (instance === undefined) return undefined;
  const snapshot = ownSnapshot(instance, call);
  const isOfIt = ghost.events.some((each) => takes(each, call.region, instance, snapshot));
  return isOfIt && ghost.world.snapshots.get(`${call.region}/${snapshot}`) === 'available'
    ? undefined
    : `${instance} is renamed, and ${snapshot} is not available, or is of another instance.`;
}

function ownSnapshot(instance: string, { invocation }: SimulatedCall): string {
  const { after } = Planned.parse(invocation.payload).incident.planned;
  return `failover-${instance}-before-${after?.replace(/^.*-/, '') ?? '0'}`;
}

/** Whether this asks for a snapshot of this name of this instance. */
function takes(event: Noted, region: string, instance: string, snapshot: string): boolean {
  const call = callOf(event, 'CreateDBSnapshotCommand');
  if (call?.region !== region) return false;
  const { data } = Taken.safeParse(call.input);
  return data?.DBInstanceIdentifier === instance && data.DBSnapshotIdentifier === snapshot;
}
