import { parkSlot } from './keeper.ts';
import type { Parked } from './keeper.ts';
import { readReplayed } from './replayed.ts';
import type { Replayed } from './replayed.ts';
import type { Side } from './side.ts';
import { openSide } from './side.ts';

/** What one pass of the keeper found and did. */
export interface Pass {
  readonly replayed: Replayed;
  readonly parked: Parked;
}

/**
 * One pass of the keeper: asks the standby how far it is, and parks the primary's slot there.
 * @throws NotReadyError if they are no primary and standby
 */
export async function keepSlotOf(primary: Side, standby: Side): Promise<Pass> {
  const replayed = await readReplayed(primary, standby);
  const parked = await parkSlot(primary, replayed.known ? replayed.lsn : undefined);
  return { replayed, parked };
}

/**
 * The same with servers that have yet to be reached.
 * @throws as `keepSlotOf`; UnreachableError if one is gone
 */
export async function keepSlot(primaryUrl: string, standbyUrl: string): Promise<Pass> {
  const standby = await openSide('The standby', standbyUrl);
  try {
    const primary = await openSide('The primary', primaryUrl, 'writes');
    try {
      return await keepSlotOf(primary, standby);
    } finally {
      await primary.close();
    }
  } finally {
    await standby.close();
  }
}
