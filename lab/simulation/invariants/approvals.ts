import { approvalsNeeded } from '../../../core/plan/authorization.ts';
import type { Noted } from '../ghost.ts';
import type { Invariant, Seen } from './invariant.ts';
import { isLagKnown, newestProcess } from './looks.ts';
import { callOf } from './reads.ts';
import { questionsIn } from './table.ts';

const asksForPromotion = (event: Noted): boolean =>
  callOf(event, 'PromoteReadReplicaCommand') !== undefined;

const knowsLoss = (seen: Seen): boolean => isLagKnown(newestProcess(seen, /^assess-data-loss$/));

/** What a yes of people is worth, and what is not to be had without one. */
export const approvalInvariants: readonly Invariant[] = [
  {
    id: 'S3b',
    promise: 2,
    title: 'where the plan leaves it to people, as many as it wants said yes before a promotion',
    premise: (event, { ghost }) =>
      asksForPromotion(event) && ghost.plan.authorization.mode === 'approval',
    check: (event, { ghost }) => {
      const { authorization } = ghost.plan;
      if (!asksForPromotion(event) || authorization.mode !== 'approval') return undefined;
      const needed = approvalsNeeded(authorization);
      return ghost.meantYes.size < needed && authorization.onExpiry.action !== 'promote'
        ? `${ghost.meantYes.size} of ${needed} people said yes.`
        : undefined;
    },
  },
  {
    id: 'S6b',
    promise: 4,
    title: 'a loss that nobody knows is accepted by a human, or nothing is promoted',
    premise: (event) => asksForPromotion(event),
    check: (event, seen) =>
      asksForPromotion(event) && seen.ghost.meantYes.size === 0 && !knowsLoss(seen)
        ? 'The newest reading of the lag tells nothing, and no human said yes.'
        : undefined,
  },
  {
    id: 'S15b',
    promise: 2,
    of: 'all',
    title: 'an approval stands on the evidence that is asked now, with as many votes as it needs',
    premise: (event) => event.kind === 'vote' && event.status === 200,
    check: (event, seen) => {
      if (event.kind !== 'vote' && !asksForPromotion(event)) return undefined;
      for (const { decision, evidenceDigest, votes, approvalsNeeded: needed } of questionsIn(
        seen,
      )) {
        if (decision?.decision !== 'approved' || decision.by.startsWith("the plan's")) continue;
        if (decision.evidenceDigest !== evidenceDigest) return 'It was given on other evidence.';
        const yes = votes.filter(
          (vote) => vote.decision === 'approved' && vote.evidenceDigest === evidenceDigest,
        );
        const people = new Set(yes.map(({ approver }) => approver)).size;
        if (people < needed) return `${people} of ${needed} people said yes.`;
      }
      return undefined;
    },
  },
  {
    id: 'S15c',
    promise: 10,
    of: 'all',
    title: 'no question stays open when its run is over',
    premise: (event) => event.kind === 'asked',
    atEnd: (seen) =>
      seen.stage.account.problems.length === 0 &&
      questionsIn(seen).some(({ decision }) => decision === undefined)
        ? 'Somebody could still vote, and nobody waits for that.'
        : undefined,
  },
  {
    id: 'S15d',
    promise: 2,
    title: 'an approval covers no loss that was not shown',
    premise: (event, seen) => asksForPromotion(event) && questionsIn(seen).length > 0,
    check: (event, seen) => {
      if (!asksForPromotion(event) || knowsLoss(seen)) return undefined;
      const narrow = questionsIn(seen).some(
        ({ decision, brief }) =>
          decision?.decision === 'approved' && !brief.loss.startsWith('Not known'),
      );
      return narrow ? 'The loss is not known; a known one was approved.' : undefined;
    },
  },
];
