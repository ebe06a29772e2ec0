import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Invariant, Seen } from '../../../lab/simulation/invariants/invariant.ts';
import { moveInvariants } from '../../../lab/simulation/invariants/moves.ts';
import { renameOf, whyNotKept } from '../../../lab/simulation/invariants/renames.ts';
import { scenarios } from '../../../lab/simulation/scenarios.ts';
import type { Setting } from '../../../lab/simulation/search/run-job.ts';
import { runSchedule } from '../../../lab/simulation/search/run-job.ts';
import { drillSetting, scheduleOf } from './setting.ts';

let setting: Setting;
beforeAll(async () => {
  setting = await drillSetting();
});

/** A service that went home, and that broke no promise: what is changed now does. */
async function wentHome(name = 'failback'): Promise<Seen> {
  const { ghost, stage, violations } = await runSchedule(setting, scheduleOf(name));
  const scenario = scenarios.find((each) => each.name === name);
  if (scenario === undefined) throw new Error('no such story');
  expect(violations).toStrictEqual([]);
  return { ghost, stage, scenario };
}

const invariant = (id: string): Invariant => {
  const found = moveInvariants.find((each) => each.id === id);
  if (found === undefined) throw new Error(`no ${id}`);
  return found;
};

describe('L7, that clients write to the target after a switchover', () => {
  const judge = (seen: Seen) => invariant('L7').atEnd?.(seen);

  it.each(['failback', 'switchover', 'replica-rebuilt'])('holds after %s', async (name) => {
    expect(judge(await wentHome(name))).toBeUndefined();
  });

  it('fails where the target takes no writes in the end', async () => {
    const fenced = await wentHome();
    fenced.ghost.facts.isFenced = true;
    expect(judge(fenced)).toBe('The primary takes no writes.');
    const dead = await wentHome('replica-rebuilt');
    dead.ghost.facts.unitsRunning = 0;
    expect(judge(dead)).toBe('The standby takes no writes.');
  });

  it('is not asked of what the world took away afterwards', async () => {
    const seen = await wentHome();
    seen.ghost.facts.primaryService = 'dead';
    const event = { what: 'primary-dies', state: 'CloseSwitchover', visit: 1 } as const;
    const schedule = scheduleOf('failback', { events: [event] });
    expect(judge({ ...seen, stage: { ...seen.stage, schedule } })).toBeUndefined();
  });

  it('fails where a client that asks the DNS again is not served', async () => {
    const seen = await wentHome();
    const last = seen.ghost.clients.ledger.writes.findLast(({ client }) => client === 1);
    if (last === undefined) throw new Error('client 1 never wrote');
    Object.assign(last, { place: 'standby' });
    expect(judge(seen)).toBe('Client 1 is not served by the primary.');
  });
});

describe('S21, that an old instance is renamed only when its own snapshot is there', () => {
  const own = 'eu-west-1/failover-orders-primary-before-1';
  const judge = (seen: Seen) => {
    const renamed = seen.ghost.events.flatMap((event) =>
      event.kind === 'call' && renameOf(event.call) !== undefined ? [event] : [],
    );
    expect(renamed).toHaveLength(1);
    return renamed.map((event) => [
      invariant('S21').check?.(event, seen),
      whyNotKept(event.call, seen),
    ])[0];
  };
  const broken = expect.stringContaining('failover-orders-primary-before-1 is not available');

  it('holds after a way home', async () => {
    const seen = await wentHome();
    expect(seen.ghost.world.snapshots.get(own)).toBe('available');
    expect(judge(seen)).toEqual([undefined, undefined]);
  });

  it.each([
    ['is being made', new Map([[own, 'creating']])],
    ['is not there', new Map<string, string>()],
    [
      'is that of an earlier promotion',
      new Map([['eu-west-1/failover-orders-primary-before-0', 'available']]),
    ],
    [
      'is in another Region',
      new Map([['eu-central-1/failover-orders-primary-before-1', 'available']]),
    ],
  ])('fails where the snapshot %s', async (_, snapshots) => {
    const seen = await wentHome();
    seen.ghost.world.snapshots.clear();
    for (const [name, status] of snapshots) seen.ghost.world.snapshots.set(name, status);
    expect(judge(seen)).toEqual([broken, broken]);
  });

  it('fails where the snapshot of that name was taken of another instance', async () => {
    const seen = await wentHome();
    for (const event of seen.ghost.events) {
      if (event.kind !== 'call' || event.call.command !== 'CreateDBSnapshotCommand') continue;
      Object.assign(Object(event.call.input), { DBInstanceIdentifier: 'another' });
    }
    expect(judge(seen)).toEqual([broken, broken]);
  });
});
