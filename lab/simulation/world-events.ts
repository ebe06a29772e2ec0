import { setKillSwitch } from '../../aws/kill-switch.ts';
import type { WorldEventKind } from './schedule.ts';
import type { Stage } from './stage.ts';
import { deliverAgain, killPrimary, revivePrimary, soundAlarm } from './stage.ts';

/** What each world event does. None of them is asked whether it is convenient. */
export const worldEvents: Readonly<
  Record<WorldEventKind, (stage: Stage, state: string) => void | Promise<void>>
> = {
  'primary-dies': killPrimary,
  'primary-returns': revivePrimary,
  'second-alarm': async (stage) => {
    await soundAlarm(stage);
  },
  'duplicate-event': deliverAgain,
  'standby-database-dies': ({ facts, ghost, clock }) => {
    ghost.note({ kind: 'world', what: 'the standby database stops' });
    facts.databases.stop('standby', clock.now().getTime());
  },
  'operator-promotes': (stage) => {
    const { facts, world, ghost, clock, plan } = stage;
    const at = clock.now().getTime();
    const lossSeconds = lossOf(stage, at);
    if (!facts.databases.promote(at)) return;
    for (const { replica } of plan.databases) {
      const instance = world.databases.get(`${plan.regions.standby}/${replica}`);
      if (instance !== undefined) instance.sourceId = undefined;
    }
    facts.promotionsByHand += 1;
    ghost.note({ kind: 'promoted', by: 'hand', lossSeconds });
  },
  'operator-pauses': async ({ account, ghost, plan }) => {
    ghost.note({ kind: 'world', what: 'an operator pauses the automation' });
    await setKillSwitch(account.runtime, plan.name, 'paused');
  },
  'operator-stops': ({ account, ghost }) => {
    ghost.note({ kind: 'world', what: 'an operator stops the execution' });
    for (const execution of account.executions) execution.stop('Stopped', 'by an operator');
  },
  'operator-redrives': async ({ account, ghost, clock }) => {
    const [first] = account.executions;
    ghost.note({ kind: 'world', what: 'an operator stops the execution and redrives it' });
    first?.stop('Stopped', 'by an operator');
    await clock.sleep(30_000);
    // What ended well meanwhile is nothing to redrive: the console refuses it too.
    if (first !== undefined && /^(FAILED|TIMED_OUT|ABORTED)$/.test(first.status()))
      account.redrive(first);
  },
  'operator-starts-again': async (stage) => {
    const { account, ghost, clock } = stage;
    ghost.note({ kind: 'world', what: 'an operator stops the execution and starts another' });
    for (const execution of account.executions) execution.stop('Stopped', 'by an operator');
    await clock.sleep(30_000);
    await deliverAgain(stage);
  },
  'capacity-goes': ({ facts, ghost }) => {
    ghost.note({ kind: 'world', what: 'the standby Region has no capacity left' });
    facts.hasCapacity = false;
  },
  'metrics-go': ({ facts, ghost }) => {
    ghost.note({ kind: 'world', what: 'no new reading of the lag arrives' });
    facts.hasMetrics = false;
  },
  'way-to-primary-heals': ({ facts, ghost, world, plan }) => {
    ghost.note({ kind: 'world', what: 'the way to the primary heals' });
    if (facts.primaryService !== 'dead') world.unreachable.delete(plan.regions.primary);
    facts.ways.heal('standby', 'primary');
    facts.ways.heal('primary', 'standby');
  },
  deploy: (stage) => {
    const { plan, ghost } = stage;
    ghost.note({ kind: 'world', what: 'another plan is deployed' });
    stage.deploy([{ ...plan, objectives: { ...plan.objectives, rpoSeconds: 0 } }]);
  },
  'function-refuses': ({ brokenFunctions, ghost }, state) => {
    ghost.note({ kind: 'world', what: `a deployment: what ${state} calls refuses its input` });
    brokenFunctions.breakAt(state, 'refuses');
  },
  'function-cannot-start': ({ brokenFunctions, ghost }, state) => {
    ghost.note({ kind: 'world', what: `a deployment: what ${state} calls cannot start` });
    brokenFunctions.breakAt(state, 'cannotStart');
  },
  'function-answers-nothing': ({ brokenFunctions, ghost }, state) => {
    ghost.note({ kind: 'world', what: `a deployment: what ${state} calls answers {}` });
    brokenFunctions.breakAt(state, 'answersNothing');
  },
};

/** Seconds of writes that the standby lacks: from the oldest that is missing to the last commit. */
export function lossOf({ facts }: Pick<Stage, 'facts'>, at: number): number {
  const missing = facts.databases.missing(at);
  const [oldest, newest] = [missing[0], missing.at(-1)];
  if (oldest === undefined || newest === undefined) return 0;
  return (newest.at - oldest.at) / 1000;
}
