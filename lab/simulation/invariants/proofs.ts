import type { Noted } from '../ghost.ts';
import type { Invariant, Seen } from './invariant.ts';
import { enters, hasBeenIn, isMisled, kindsOfDown, newestProcess, passedAll } from './looks.ts';
import { callOf } from './reads.ts';
import { authorizedLoss } from './table.ts';

/** What an estimate can be behind: a reading a second, and a write every two. */
const ROUNDING_SECONDS = 3;

/** Where Route 53's control plane is, whatever Region asks it. */
const ROUTE_53 = 'us-east-1';

const asksForPromotion = (event: Noted): boolean =>
  callOf(event, 'PromoteReadReplicaCommand') !== undefined;

/**
 * Who may call the failed Region: whoever looks, fences, or takes a fence away; and once it is back,
 * whoever accounts for what it holds.
 */
const mayCallPrimary = new RegExp(
  '^(observe-outage|reobserve-outage|promote-database|fence-primary|stand-down|on-schedule' +
    '|fence-old-primary|preserve-evidence|compare-database)$',
);

/** Whether the primary took writes after the outage began: no estimate from before covers those. */
const hasReturned = ({ ghost }: Seen): boolean =>
  ghost.outageAt === undefined ||
  ghost.events.some((event) => event.kind === 'world' && event.what.includes('comes back'));

/** Nothing is believed that was not proved. */
export const proofInvariants: readonly Invariant[] = [
  {
    id: 'S2b',
    promise: 1,
    title: 'traffic is switched only to a standby that has just passed every check',
    premise: (event) => enters(event, 'SwitchTraffic'),
    check: (event, seen) =>
      enters(event, 'SwitchTraffic') && !passedAll(newestProcess(seen, /^verify-standby$/))
        ? 'The newest checks of the standby were not passed.'
        : undefined,
  },
  {
    id: 'S2c',
    promise: 10,
    title: 'nobody is told of a recovery that was not seen through the public name',
    premise: (event) => enters(event, 'CloseIncident'),
    check: (event, seen) =>
      enters(event, 'CloseIncident') && !passedAll(newestProcess(seen, /^verify-service$/))
        ? 'The newest checks of the service were not passed.'
        : undefined,
  },
  {
    id: 'S4b',
    promise: 3,
    title: 'what is unknown counts for nothing: as many kinds say down as the plan wants',
    premise: (event, { ghost }) => asksForPromotion(event) && ghost.meantYes.size === 0,
    check: (event, seen) => {
      const { plan, meantYes } = seen.ghost;
      if (!asksForPromotion(event) || meantYes.size > 0) return undefined;
      const look = newestProcess(
        seen,
        /^(reobserve-outage|promote-database)$/,
        ({ client, region }) => client === 'network' && region === 'primary',
      );
      const kinds = kindsOfDown(look, plan.regions.primary);
      const { signals } = plan.detection.confirm;
      return kinds < signals
        ? `${kinds} kinds of probes can have said down; the plan wants ${signals}.`
        : undefined;
    },
  },
  {
    id: 'S6c',
    promise: 4,
    title: 'no more is lost than was estimated, where the primary took no writes since',
    premise: (event, seen) =>
      event.kind === 'promoted' && event.by === 'workflow' && !hasReturned(seen),
    check: (event, seen) => {
      if (event.kind !== 'promoted' || event.by !== 'workflow' || hasReturned(seen))
        return undefined;
      if (isMisled(seen)) return undefined;
      const bound = authorizedLoss(seen) ?? Infinity;
      return event.lossSeconds > bound + ROUNDING_SECONDS
        ? `${event.lossSeconds.toFixed(1)} s are lost; at most ${bound} s were expected.`
        : undefined;
    },
  },
  {
    id: 'S12b',
    promise: 7,
    title: 'a run that asked for a promotion does not stand down',
    premise: (event) => enters(event, 'DatabasePromoted'),
    check: (event, seen) =>
      event.kind === 'state' &&
      event.state === 'StandDown' &&
      hasBeenIn(seen, event.execution, /^(WaitForPromotion|DatabasePromoted)$/)
        ? 'It stands down after the point of no return.'
        : undefined,
  },
  {
    id: 'S13b',
    promise: 7,
    title: 'a promotion that was refused is not asked for again by itself',
    premise: (event) => isRefusal(event),
    check: (event, { ghost }) => {
      if (!asksForPromotion(event)) return undefined;
      const refused = ghost.events.findLastIndex((each) => isRefusal(each));
      const human = ghost.events.findLastIndex(
        (each) => each.kind === 'world' && /redrives|acknowledges/.test(each.what),
      );
      return refused >= 0 && refused > human ? 'It was refused before.' : undefined;
    },
  },
  {
    id: 'S17b',
    promise: 3,
    title: 'a switch that does not say "running" in the last look promotes nothing',
    premise: (event) => asksForPromotion(event),
    check: (event, seen) => {
      if (!asksForPromotion(event)) return undefined;
      const reads = newestProcess(seen, /^reobserve-outage$/).filter(
        ({ command }) => command === 'GetParameterCommand',
      );
      const parameter: unknown = Reflect.get(reads.at(-1)?.answer ?? {}, 'Parameter');
      return Reflect.get(Object(parameter), 'Value') === 'running'
        ? undefined
        : 'Nobody read that the automation may run.';
    },
  },
  {
    id: 'S18b',
    promise: 2,
    title: 'only a replica of the primary is promoted',
    premise: (event) => asksForPromotion(event),
    check: (event, { ghost: { plan, world } }) => {
      if (!asksForPromotion(event)) return undefined;
      const foreign = plan.databases.find(({ source, replica }) => {
        const sourceId = world.databases.get(`${plan.regions.standby}/${replica}`)?.sourceId;
        return sourceId !== undefined && !sourceId.endsWith(`:db:${source}`);
      });
      return foreign === undefined ? undefined : `${foreign.replica} follows another database.`;
    },
  },
  {
    id: 'S11b',
    promise: 1,
    title: 'an old primary that is not fenced is fenced again before traffic moves',
    premise: (event, { ghost }) => enters(event, 'VerifyStandby') && !ghost.facts.isFenced,
    check: (event, { ghost }) =>
      enters(event, 'VerifyStandby') &&
      !ghost.facts.isFenced &&
      !ghost.entered.has('RefencePrimary')
        ? 'It was not tried a second time.'
        : undefined,
  },
  {
    id: 'S24',
    promise: 8,
    title:
      'but for looks and fences, nothing calls the failed Region, and nothing us-east-1 unless ' +
      'the plan needs Route 53',
    premise: (event) => enters(event, 'SwitchTraffic'),
    check: (event, { ghost }) => {
      if (event.kind !== 'call') return undefined;
      const { region, invocation, command } = event.call;
      const { regions, traffic } = ghost.plan;
      const isForbidden =
        region === regions.primary
          ? !mayCallPrimary.test(invocation.name)
          : region === ROUTE_53 && !traffic.some(({ kind }) => kind === 'route53Record');
      return isForbidden ? `${invocation.name} calls ${command} in ${region}.` : undefined;
    },
  },
];

function isRefusal(event: Noted): boolean {
  return (
    event.kind === 'fault' &&
    event.fault === 'rejected' &&
    event.call.command === 'PromoteReadReplicaCommand'
  );
}
