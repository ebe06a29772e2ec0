import * as z from 'zod';
import { apartByMariadb, apartByMysql } from '../../core/reconcile/gtid.ts';
import type { MovementFacts } from '../../core/reconcile/movement.ts';
import type { Engine, Sides } from './side.ts';

/** What a side says of the transactions that it has. */
const Positions = z.object({ isKept: z.string(), has: z.string() });

const questions: Readonly<Record<Engine, string>> = {
  MySQL: 'SELECT @@GLOBAL.gtid_mode AS isKept, @@GLOBAL.gtid_executed AS has',
  // A replica that logs nothing of what it replicates keeps it in gtid_slave_pos alone.
  MariaDB: `
    SELECT IF(@@GLOBAL.log_bin = 1, 'ON', 'OFF') AS isKept,
      CONCAT_WS(',', @@GLOBAL.gtid_binlog_state, @@GLOBAL.gtid_slave_pos) AS has`,
};

const setting: Readonly<Record<Engine, string>> = { MySQL: 'gtid_mode', MariaDB: 'log_bin' };

/**
 * Which transactions the sides do not have in common, as far as both tell. Asked after the snapshots
 * began: then none that is in a snapshot is missing here.
 */
export async function readMovement({ old, writer }: Sides): Promise<MovementFacts> {
  const has: string[] = [];
  for (const side of [old, writer]) {
    const [found] = await side.query(Positions, questions[side.engine]);
    if (found === undefined) throw new Error('A server says nothing of its positions.');
    const { isKept } = found;
    if (isKept !== 'ON') {
      const name = setting[side.engine];
      return { known: false, reason: `${side.name} keeps no GTIDs (${name} is ${isKept}).` };
    }
    has.push(found.has);
  }
  const [there = '', here = ''] = has;
  const apart = old.engine === 'MySQL' ? apartByMysql(there, here) : apartByMariadb(there, here);
  if (apart !== undefined) return { known: true, apart };
  return { known: false, reason: 'The GTIDs of the two sides have nothing in common.' };
}
