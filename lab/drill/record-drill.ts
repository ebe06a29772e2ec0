import type { Comparison } from '../../core/reconcile/comparison.ts';
import { IncidentReportShape } from '../../core/report.ts';
import type { Account } from '../account.ts';
import { countTransitions, pathOf } from '../asl/history.ts';
import type { LabClock } from '../clock.ts';
import { mainExecution, outcomeOf } from '../outcome.ts';
import type { Gap } from '../parts/client-ledger.ts';
import { judge } from '../parts/ledger.ts';
import type { LostWrite, Verdict } from '../parts/ledger.ts';
import { orderIds } from '../parts/world-parts.ts';
import type { Parts } from '../parts/world-parts.ts';
import type { LabRecord, LostWriteEntry } from '../record.ts';
import { overheadSeconds } from '../world/overhead.ts';
import type { World } from '../world/world.ts';
import type { Ask, Asked } from './approvals.ts';
import { compareSides, whyNotTheSame } from './compare-sides.ts';
import { reconcileByMachine } from './reconcile-by-machine.ts';
import { whyNotReconciled } from './why-not-reconciled.ts';
import { CLIENT_CACHE_SECONDS } from './physics.ts';
import type { Scenario } from './scenarios.ts';

/** Everything that a drill left for the record. */
export interface DrillEvidence {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly world: World;
  readonly parts: Parts;
  readonly account: Account;
  readonly clock: LabClock;
  readonly ask: Ask;
  readonly say: (line: string) => void;
  readonly asked: Asked;
  readonly startedAt: Date;
  /** What did not go as it should after the workflow. */
  readonly amiss: readonly string[];
  readonly reconcile: boolean;
  readonly onCompared?: OnCompared;
}

/** Told what was found on both sides, before anything of it is applied. */
export type OnCompared = (comparison: Comparison, parts: Parts) => Promise<void>;

const round = (seconds: number): number => Math.round(seconds * 1000) / 1000;

/** Measures what the clients saw, judges every write, and says what did not go as it should. */
export async function recordDrill(evidence: DrillEvidence): Promise<LabRecord> {
  const { scenario, seed, world, account } = evidence;
  const execution = mainExecution(account.executions);
  if (execution === undefined) throw new Error('No alarm started the workflow.');
  const outcome = outcomeOf(execution);
  const report = readReport(world);
  const verdict = await judgeWrites(evidence);
  const { comparison, reconciliation } = await accountFor(evidence, outcome);
  if (comparison !== null) await evidence.onCompared?.(comparison, evidence.parts);
  const gap = outcome === 'recovered' ? longestGap(evidence) : undefined;
  const { rtoSeconds, rpoSeconds } = world.plan.objectives;
  const record = {
    scenario: scenario.name,
    seed,
    outcome,
    path: pathOf(execution.history),
    transitions: countTransitions(execution.history),
    rto: {
      targetSeconds: rtoSeconds,
      measuredSeconds: gap === undefined ? null : round(gap.seconds),
      overheadSeconds:
        gap === undefined || report === undefined
          ? null
          : round(overheadSeconds(world, report, gap, CLIENT_CACHE_SECONDS)),
      phases: report?.rto.phases ?? {},
    },
    rpo: {
      targetSeconds: rpoSeconds,
      predictedBoundSeconds: report?.rpo.boundSeconds ?? null,
      measuredSeconds: outcome === 'recovered' ? round(verdict.rpoSeconds) : null,
    },
    writes: {
      attempted: evidence.parts.clients.ledger().length,
      acknowledged: verdict.acknowledged,
      onNewPrimary: verdict.onNewPrimary,
      lost: verdict.lost.length,
      unexplained: verdict.unexplained.length,
    },
    lostWrites: verdict.lost.map((write) => describeLoss(write, evidence)),
    comparison,
    reconciliation,
    failback: null,
    promotions: world.promotions,
    notifications: world.deliveries,
    incident: report ?? null,
  };
  const faults = [
    ...evidence.amiss,
    ...findFaults(record, evidence, verdict),
    ...(comparison === null ? [] : whyNotTheSame(comparison, writesOf(evidence, verdict))),
    ...(comparison === null || reconciliation === null
      ? []
      : whyNotReconciled(reconciliation, comparison)),
  ];
  return { ...record, asExpected: faults.length === 0, faults };
}

/** What never crossed: found, and applied by the state machine if that is wanted. */
async function accountFor(
  evidence: DrillEvidence,
  outcome: LabRecord['outcome'],
): Promise<Pick<LabRecord, 'comparison' | 'reconciliation'>> {
  const { world, parts, reconcile } = evidence;
  if (world.promotions === 0) return { comparison: null, reconciliation: null };
  // An old primary is fenced only while the service is seen in the standby Region.
  const isThere = outcome === 'recovered';
  if (!reconcile || !isThere || world.plan.reconciliation === undefined)
    return { comparison: await compareSides(parts), reconciliation: null };
  return await reconcileByMachine(evidence, acknowledgedIn(evidence));
}

const acknowledgedIn = ({ parts }: DrillEvidence): string[] =>
  parts.clients.ledger().flatMap(({ id, acknowledgedAt }) => (acknowledgedAt ? [id] : []));

const writesOf = ({ parts }: DrillEvidence, { lost }: Verdict) => ({
  lost: lost.map(({ id }) => id),
  attempted: new Set(parts.clients.ledger().map(({ id }) => id)),
});

/** The report that CloseIncident wrote to S3. */
function readReport(world: World) {
  const found = [...world.objects].find(([key]) => key.includes('/incidents/'));
  return found === undefined ? undefined : IncidentReportShape.parse(JSON.parse(found[1]));
}

/** The ledger of the clients is held against whichever database is the writer now. */
async function judgeWrites({ world, parts, startedAt }: DrillEvidence): Promise<Verdict> {
  const wasPromoted = world.promotions > 0;
  const current = wasPromoted ? parts.standby : parts.primary;
  const fork = await parts.standby.database.receiveProgress();
  // A primary that died and was not replaced is read once it is back: its data is what counts.
  if (!current.database.isRunning()) await current.database.restart();
  const newPrimaryIds = await orderIds(current);
  const attempts = parts.clients.ledger();
  const verdict = judge({ attempts, newPrimaryIds, newPrimaryRegion: current.name, fork });
  if (!wasPromoted) return verdict;
  // What a returning primary takes after the outage is lost and listed, but is no RPO.
  const before = attempts.filter(
    ({ acknowledgedAt }) => !isAfterDeath(acknowledgedAt, world, startedAt),
  );
  const atOutage = judge({ attempts: before, newPrimaryIds, newPrimaryRegion: current.name, fork });
  return { ...verdict, rpoSeconds: atOutage.rpoSeconds };
}

function describeLoss(
  { id, acknowledgedAt }: LostWrite,
  { world, startedAt }: DrillEvidence,
): LostWriteEntry {
  const promotion = isAfterDeath(acknowledgedAt, world, startedAt) ? 'after' : 'before';
  return { id, acknowledgedAt: acknowledgedAt.toISOString(), promotion };
}

function isAfterDeath(at: Date | undefined, world: World, startedAt: Date): boolean {
  const promotion = world.busy.find(({ what }) => what === 'promotion');
  return at !== undefined && at > (promotion?.from ?? startedAt);
}

function longestGap({ parts }: DrillEvidence): Gap | undefined {
  return parts.clients.measure().gaps.toSorted((a, b) => b.seconds - a.seconds)[0];
}

function findFaults(
  record: Omit<LabRecord, 'asExpected' | 'faults'>,
  { scenario, asked, account }: DrillEvidence,
  verdict: Verdict,
): string[] {
  const faults: string[] = [...account.problems, ...asked.problems];
  const last = asked.decisions.at(-1)?.decision;
  const isRefused = last === 'rejected' || last === 'expired';
  const expected = isRefused ? last : scenario.expected;
  if (record.outcome !== expected) {
    faults.push(`It ended as ${record.outcome}; ${expected} was expected.`);
  }
  const promotions = isRefused ? 0 : scenario.promotions;
  if (record.promotions !== promotions) {
    faults.push(`${record.promotions} promotions; ${promotions} were expected.`);
  }
  for (const { id, why } of verdict.unexplained) faults.push(`Order ${id}: ${why}.`);
  const { predictedBoundSeconds: bound, measuredSeconds: measured } = record.rpo;
  if (bound !== null && measured !== null && measured > bound) {
    faults.push(`${measured} s were lost; at most ${bound} s were predicted.`);
  }
  if (record.outcome === 'recovered' && record.rto.measuredSeconds === null) {
    faults.push('The clients saw no outage that ended.');
  }
  const failovers = account.executions.filter(
    ({ stateMachineArn }) => stateMachineArn === account.machineArn('Failover'),
  );
  const others = failovers.map(outcomeOf).filter((outcome) => outcome !== 'declined');
  if (others.length > 1) faults.push(`${others.length} executions opened an incident.`);
  if (record.notifications.length === 0) faults.push('Nobody was told anything.');
  return faults;
}
