import { parkSlot } from './keeper.ts';
import type { Parked } from './keeper.ts';
import { readReplayed } from './replayed.ts';
import type { Replayed } from './replayed.ts';
import { openSide } from './side.ts';

/**
 * One pass of the keeper: asks the standby how far it is, and parks the primary's slot there.
 * @throws NotReadyError if they are no primary and standby; UnreachableError if one is gone
 */
export async function keepSlot(
  primaryUrl: string,
  standbyUrl: string,
): Promise<{ readonly replayed: Replayed; readonly parked: Parked }> {
  const standby = await openSide('The standby', standbyUrl);
  try {
    const primary = await openSide('The primary', primaryUrl, 'writes');
    try {
      const replayed = await readReplayed(primary, standby);
      const parked = await parkSlot(primary, replayed.known ? replayed.lsn : undefined);
      return { replayed, parked };
    } finally {
      await primary.close();
    }
  } finally {
    await standby.close();
  }
}
