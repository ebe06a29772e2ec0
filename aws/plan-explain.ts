import { explainMoves } from './plan-explain/moves.ts';
import type { ExplainedPermissions } from './plan-explain/permissions.ts';
import { explainPermissions } from './plan-explain/permissions.ts';
import { explainReconciliation } from './plan-explain/reconciliation.ts';
import type { ExplainedStep } from './plan-explain/steps.ts';
import { explainSteps } from './plan-explain/steps.ts';
import type { ExplainedTable } from './plan-explain/tables.ts';
import { explainTables } from './plan-explain/tables.ts';
import type { Plan } from './plan.ts';
import type { Floor } from './plan-floor.ts';
import { expectedFloor, floorSum } from './plan-floor.ts';

/** What a plan will do, decide, need and take. */
export interface Explanation {
  readonly plan: string;
  readonly summary: string;
  /** What everybody should know before the plan is deployed. */
  readonly warnings: readonly string[];
  readonly steps: readonly ExplainedStep[];
  /** What a switchover does on the way home; empty if the plan does not say how. */
  readonly moves: readonly ExplainedStep[];
  /** How the writes that never crossed are accounted for; empty if the plan does not say. */
  readonly reconciliation: readonly ExplainedStep[];
  readonly tables: readonly ExplainedTable[];
  readonly permissions: readonly ExplainedPermissions[];
  readonly floor: Floor & { readonly targetSeconds: number };
}

/** Explains a plan from what is written in it alone: nothing in AWS is asked. */
export function explainPlan(plan: Plan): Explanation {
  const { regions, objectives } = plan;
  return {
    plan: plan.name,
    summary:
      `${plan.name}: ${plan.strategy}, from ${regions.primary} to ${regions.standby}; ` +
      `RTO ${objectives.rtoSeconds} s, RPO ${objectives.rpoSeconds} s.`,
    warnings: findWarnings(plan),
    steps: explainSteps(plan),
    moves: explainMoves(plan),
    reconciliation: explainReconciliation(plan),
    tables: explainTables(plan),
    permissions: explainPermissions(plan),
    floor: { ...expectedFloor(plan), targetSeconds: objectives.rtoSeconds },
  };
}

function findWarnings({ authorization, fencing, traffic }: Plan): string[] {
  const { unfenced, mode, onExpiry } = authorization;
  const accepted =
    unfenced.policy === 'accept'
      ? [
          'UNFENCED PRIMARY ACCEPTED: the standby is promoted even if the old primary may still ' +
            'take writes. Both databases can then take writes that contradict each other, until ' +
            'somebody fences the old one and reconciles them by hand. ' +
            `Accepted by ${unfenced.acceptedBy}: ${unfenced.because}`,
        ]
      : [];
  const noFence =
    fencing.length === 0 && unfenced.policy === 'ask'
      ? ['NO FENCE: nothing keeps the old primary from taking writes; a human is always asked.']
      : [];
  const controlPlane = traffic.some(({ kind }) => kind === 'route53Record')
    ? ['CONTROL PLANE: route53Record needs us-east-1 on the critical path; see healthCheckMarker.']
    : [];
  const expiry =
    onExpiry.action === 'promote'
      ? [
          '**AN EXPIRY PROMOTES: if the outage is confirmed and nobody decides in time, the standby ' +
            `is promoted without a human. Even though ${onExpiry.evenThough}.** ` +
            `Accepted by ${onExpiry.acceptedBy}: ${onExpiry.because}`,
        ]
      : [];
  const people =
    mode === 'approval'
      ? ['APPROVAL: the time that people take to decide is part of the RTO, and not of the floor.']
      : [];
  return [...expiry, ...accepted, ...noFence, ...controlPlane, ...people];
}

/** The explanation as plain lines. */
export function explanationLines(explanation: Explanation): string[] {
  const { summary, warnings, floor } = explanation;
  return [
    summary,
    ...warnings.flatMap((warning) => ['', `!! ${warning}`]),
    ...section('What happens', stepLines(explanation.steps)),
    ...section('How what never crossed is accounted for', reconciliationLines(explanation)),
    ...section('How the service goes home', moveLines(explanation)),
    ...section('How it is decided (the first row that matches)', tableLines(explanation)),
    ...section('What each function may do', permissionLines(explanation)),
    ...section(`Expected floor of the RTO: ${floorSum(floor)} (target ${floor.targetSeconds} s)`, [
      ...floor.parts.map(({ name, seconds, from }) => `  ${name} ${seconds} s: ${from}`),
      ...floor.beside.map(
        ({ name, seconds, from }) => `  beside it, ${name} ${seconds} s: ${from}`,
      ),
      "  The alarm's own delay and the time that people take come on top.",
    ]),
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return ['', title, ...lines];
}

function moveLines({ moves }: Explanation): string[] {
  if (moves.length > 0) return stepLines(moves);
  return ['  By hand: the plan has no section failback, which says what the way back needs.'];
}

function reconciliationLines({ reconciliation }: Explanation): string[] {
  if (reconciliation.length > 0) return stepLines(reconciliation);
  return ['  By the commands compare and apply: the plan has no section reconciliation.'];
}

function stepLines(steps: readonly ExplainedStep[]): string[] {
  return steps.map(({ state, does }, index) => `  ${index + 1}. ${state}: ${does}`);
}

function tableLines({ tables }: Explanation): string[] {
  return tables.flatMap(({ decision, rows }) => [
    `  ${decision}`,
    ...rows.map(({ id, outcome, why, never }) => {
      const mark = never === undefined ? ' ' : '-';
      const note = never === undefined ? '' : ` (never for this plan: ${never})`;
      return `  ${mark} ${id} -> ${outcome}: ${why}${note}`;
    }),
  ]);
}

function permissionLines({ permissions }: Explanation): string[] {
  return permissions.flatMap(({ function: name, statements }) => [
    `  ${name}${statements.length === 0 ? ': nothing but its log' : ''}`,
    ...statements.map(({ actions, resources, because }) => {
      const reason = because === undefined ? '' : ` (${because})`;
      return `    ${actions.join(', ')} on ${resources.join(', ')}${reason}`;
    }),
  ]);
}
