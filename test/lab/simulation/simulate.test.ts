import { beforeAll, describe, expect, it } from '@jest/globals';
import { scenarios } from '../../../lab/simulation/scenarios.ts';
import type { Setting } from '../../../lab/simulation/search/run-job.ts';
import { runSchedule } from '../../../lab/simulation/search/run-job.ts';
import { timelineOf } from '../../../lab/simulation/trace.ts';
import type { Schedule } from '../../../lab/simulation/schedule.ts';
import { drillSetting, scheduleOf } from './setting.ts';

let setting: Setting;
beforeAll(async () => {
  setting = await drillSetting();
});

const run = async (schedule: Schedule) => await runSchedule(setting, schedule);

/** The number of the first call of a command. */
async function callOf(scenario: string, command: string): Promise<number> {
  const { ghost } = await run(scheduleOf(scenario));
  const event = ghost.events.find((each) => each.kind === 'call' && each.call.command === command);
  if (event?.kind !== 'call') throw new Error(`Nobody called ${command}.`);
  return event.call.number;
}

describe('a simulated failover', () => {
  it.each(scenarios)('breaks no promise: $summary', async ({ name, ends, promotions }) => {
    const { violations, ghost, ends: found } = await run(scheduleOf(name));
    expect(violations).toStrictEqual([]);
    for (const end of found.filter((each) => each !== 'Declined')) expect(ends).toContain(end);
    const wanted = promotions === 'either' ? Number(found.includes('Recovered')) : promotions;
    expect(ghost.promotionsByWorkflow).toBe(wanted);
  });

  it('refuses in so many words to decide on evidence that keeps changing', async () => {
    const { stage } = await run(scheduleOf('evidence-keeps-changing'));
    const last = stage.account.executions[0]?.history.at(-1);
    expect(last?.executionFailedEventDetails?.cause).toContain(
      'The evidence changed after every approval',
    );
  });

  it('is the same trace, byte for byte, for the same seed', async () => {
    const schedule = scheduleOf('outage-race', { seed: 7 });
    const [first, second] = [await run(schedule), await run(schedule)];
    const lines = ({ ghost }: typeof first): string[] => timelineOf(ghost.events, ghost.startedAt);
    expect(lines(second)).toStrictEqual(lines(first));
    expect(second.digest).toBe(first.digest);
  });

  it('is another trace for another seed', async () => {
    const one = await run(scheduleOf('outage', { seed: 1 }));
    const two = await run(scheduleOf('outage', { seed: 2 }));
    expect(two.digest).not.toBe(one.digest);
  });

  it('loses writes that had not crossed, and counts every one', async () => {
    const { ghost } = await run(scheduleOf('rpo-breach'));
    const promoted = ghost.events.find(({ kind }) => kind === 'promoted');
    expect(promoted?.kind === 'promoted' ? promoted.lossSeconds : 0).toBeGreaterThan(5);
  });

  it('promotes once although the answer to the request is lost', async () => {
    const call = await callOf('outage', 'PromoteReadReplicaCommand');
    const faults = [{ call, kind: 'replyLost' as const, stays: false }];
    const { ghost, ends, violations } = await run(scheduleOf('outage', { faults }));
    expect(ends).toStrictEqual(['Recovered']);
    expect(ghost.promotionsByWorkflow).toBe(1);
    expect(violations).toStrictEqual([]);
  });

  it('is spoiled by the fault of its schedule, and only where that says', async () => {
    const call = await callOf('outage', 'PromoteReadReplicaCommand');
    const faults = [{ call, kind: 'throttled' as const, stays: true }];
    const { ghost, ends } = await run(scheduleOf('outage', { faults }));
    expect(ends).toStrictEqual(['FailoverFailed']);
    const spoiled = ghost.events.flatMap((each) =>
      each.kind === 'fault' ? [each.call.command] : [],
    );
    expect(new Set(spoiled)).toStrictEqual(new Set(['PromoteReadReplicaCommand']));
    expect(spoiled.length).toBeGreaterThan(3);
  });

  it('stands down when the primary comes back while the outage is confirmed', async () => {
    const events = [{ what: 'primary-returns' as const, state: 'WaitForNextRound', visit: 1 }];
    const { ghost, ends, violations } = await run(scheduleOf('outage', { events }));
    expect(ends).toStrictEqual(['StoodDown']);
    expect(ghost.promotionsByWorkflow).toBe(0);
    expect(violations).toStrictEqual([]);
  });

  it.each([
    { what: 'function-refuses', attempts: 1 },
    { what: 'function-cannot-start', attempts: 13 },
  ] as const)('says where it stopped after a broken deployment: $what', async (broken) => {
    const events = [{ what: broken.what, state: 'PromoteDatabase', visit: 1 }];
    const { stage, ghost, ends, violations } = await run(scheduleOf('outage', { events }));
    expect(ends).toStrictEqual(['FailoverFailed']);
    expect(ghost.promotionsByWorkflow).toBe(0);
    expect(violations).toStrictEqual([]);
    const states = stage.account.executions[0]?.history ?? [];
    // A refusal is not tried again; a function that cannot start is, after the point of no return.
    const failed = states.filter(({ type }) => type === 'LambdaFunctionFailed');
    expect(failed).toHaveLength(broken.attempts);
  });

  it.each([
    { state: 'FencePrimary', end: 'NotPromoted' },
    { state: 'LastLook', end: 'NotPromoted' },
    { state: 'VerifyStandby', end: 'FailoverFailed' },
    { state: 'VerifyService', end: 'FailoverFailed' },
  ])('ends in a declared state when $state calls a version that answers otherwise', async (at) => {
    const events = [{ what: 'function-answers-nothing' as const, state: at.state, visit: 1 }];
    const { ends, violations } = await run(scheduleOf('outage-fenced', { events }));
    expect(ends).toStrictEqual([at.end]);
    expect(violations).toStrictEqual([]);
  });

  it('does no harm when an operator stops and redrives it at the promotion', async () => {
    const events = [{ what: 'operator-redrives' as const, state: 'WaitForPromotion', visit: 1 }];
    const { ghost, violations } = await run(scheduleOf('outage', { events }));
    expect(ghost.promotionsByWorkflow).toBe(1);
    expect(violations).toStrictEqual([]);
  });
});
