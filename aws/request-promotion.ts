import { describeError, NotReadyError, UnreachableError } from '../core/errors.ts';
import type { Incident } from '../core/incident.ts';
import { secondsBetween } from '../core/incident.ts';
import type { PromotionFacts, PromotionOutcome } from '../core/promotion.ts';
import { FRESH_LOOK_SECONDS, promotionRules } from '../core/promotion.ts';
import type { Decision } from '../core/rules.ts';
import { decide } from '../core/rules.ts';
import { CAUGHT_UP, readLedger } from './ledger.ts';
import type { Plan } from './plan.ts';
import type { Runtime } from './runtime.ts';
import { observe } from './vantage.ts';

/**
 * Decides what to do about a database. Where it would ask for the promotion, and the look before
 * the point of no return is old by now (a backup was waited for, or the service stumbled for
 * minutes), the primary is looked at once more first. A switchover needs another proof.
 */
export async function decidePromotion(
  runtime: Runtime,
  plan: Plan,
  incident: Incident,
  given: Omit<PromotionFacts, 'lookedAgain' | 'proof'>,
): Promise<Decision<PromotionOutcome>> {
  if (incident.planned !== undefined) {
    const proof = await readProof(runtime, incident);
    return decide(promotionRules, { ...given, lookedAgain: undefined, proof });
  }
  const facts = { ...given, proof: 'not needed' } as const;
  const first = decide(promotionRules, { ...facts, lookedAgain: undefined });
  const isFresh = secondsBetween(facts.startedAt, facts.now) <= FRESH_LOOK_SECONDS;
  if (first.outcome !== 'request' || isFresh) return first;
  const { vote } = await observe(runtime, plan, incident);
  return decide(promotionRules, { ...facts, lookedAgain: vote });
}

/** A primary that is left by plan is alive: what counts is that the replica has everything. */
async function readProof(runtime: Runtime, { id }: Incident): Promise<PromotionFacts['proof']> {
  const ledger = await readLedger(runtime, id);
  const proved = ledger.findLast(({ what }) => what === CAUGHT_UP);
  if (proved === undefined) return 'missing or old';
  const age = secondsBetween(proved.at, runtime.clock.now());
  return age <= FRESH_LOOK_SECONDS ? 'fresh' : 'missing or old';
}

/**
 * Asks, and tells refusals apart: one of the moment (a backup has just begun) passes, and the next
 * look decides; an answer that was lost is tried again by a look; anything else stays as it is.
 */
export async function requestOnce(request: () => Promise<void>): Promise<void> {
  try {
    await request();
  } catch (error) {
    if (error instanceof NotReadyError) return;
    // Only an answer of the service is a refusal; an answer that was lost is followed by a look.
    const isAnswer = error instanceof Error && '$fault' in error;
    if (!isAnswer || error instanceof UnreachableError) throw error;
    const words = `The promotion was refused for good. ${describeError(error)}`;
    throw new NotReadyError(words, { cause: error });
  }
}
