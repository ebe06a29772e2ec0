import { keepSlot } from '../aws/postgres/keep-slot.ts';
import { nameOf } from '../core/reconcile/comparison.ts';
import { slotRules } from '../core/reconcile/slot-health.ts';
import { decide } from '../core/rules.ts';
import { parseArguments } from './args.ts';
import type { Command } from './io.ts';
import { UsageError } from './io.ts';
import { asJson } from './safe-text.ts';

const help = `Keeps a logical slot on the primary, advanced to what the standby has replayed. After an outage it
tells "failover compare" what every lost transaction did. Run it each minute. One pass, no loop.

Examples
  failover keep --primary postgres://keeper@primary.example.com/shop \\
                --standby postgres://keeper@standby.example.com/shop

Options
  --primary URL   the primary; gets a slot and a publication region_failover if it has none
  --standby URL   the standby that would be promoted; it is only read
  --json          one JSON document on stdout

The primary needs wal_level = logical and a limit in max_slot_wal_keep_size: log that the standby
has not replayed is kept up to it. A password is taken from PGPASSWORD or from the URL.

Exit status: 0 the slot is kept, 1 it is lost, holds more than half of the limit, or cannot be
kept, 2 wrong usage.`;

/** `failover keep`. */
export const keepCommand: Command = async (args, io) => {
  const { values, positionals } = parseArguments(args, {
    primary: { type: 'string' },
    standby: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  });
  if (values.help) {
    io.out(help);
    return 0;
  }
  if (positionals.length > 0)
    throw new UsageError(`found "${positionals.join(' ')}"; expected none.`);
  if (values.primary === undefined) throw new UsageError('--primary URL is missing.');
  if (values.standby === undefined) throw new UsageError('--standby URL is missing.');
  const { replayed, parked } = await keepSlot(values.primary, values.standby);
  const verdict = decide(slotRules, parked);
  if (values.json) io.out(asJson({ ...parked, replayed, verdict }));
  else {
    io.out(`${verdict.why} It was ${parked.outcome}: it has all after ${parked.confirmed ?? '?'}.`);
    if (!replayed.known) io.out(`It was not advanced: ${replayed.reason}`);
    for (const { why, ...table } of parked.unwatched)
      io.out(`It does not watch ${nameOf(table)}: ${why}.`);
  }
  return verdict.outcome === 'good' ? 0 : 1;
};
