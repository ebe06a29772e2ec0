import * as z from 'zod';
import { Instant, secondsBetween } from './incident.ts';
import type { OutageStart } from './incident.ts';
import type { Rule } from './rules.ts';

/** What one probe found. `vetoes`: an `up` from it is a sighting of a live primary. */
export const ProbeResult = z.strictObject({
  id: z.string(),
  kind: z.string(),
  vote: z.enum(['up', 'down', 'unknown']),
  vetoes: z.boolean(),
  why: z.string(),
});
export type ProbeResult = z.infer<typeof ProbeResult>;

/** What one vantage point saw in one round. Witness Regions add more vantage points. */
export const Round = z.strictObject({
  at: Instant,
  vantage: z.string(),
  vote: z.enum(['up', 'down', 'unknown']),
  why: z.string(),
  probes: z.array(ProbeResult),
});
export type Round = z.infer<typeof Round>;

/** The rounds so far. Only the newest are kept, so that a long watch stays small. */
export const Observation = z.strictObject({
  startedAt: Instant,
  /** Beginning of the unbroken series of rounds that said down. */
  downSince: Instant.nullable(),
  consecutiveDown: z.int(),
  consecutiveUp: z.int(),
  /** When a round last saw the primary alive: it took writes until then at least. */
  seenAliveAt: Instant.nullable(),
  rounds: z.array(Round),
});
export type Observation = z.infer<typeof Observation>;

/** The plan's conditions for believing an outage. */
export interface Confirm {
  readonly rounds: number;
  readonly signals: number;
  readonly minimumOutageSeconds: number;
  readonly deadlineSeconds: number;
}

const KEPT_ROUNDS = 5;

/**
 * One vantage point's vote. A sighting wins over everything; `down` needs as many different
 * kinds of probes as the plan demands; anything else is unknown, which is never down.
 */
export function voteOf(
  probes: readonly ProbeResult[],
  controls: readonly ProbeResult[],
  signals: number,
): Pick<Round, 'vote' | 'why'> {
  const sighting = probes.find(({ vote, vetoes }) => vote === 'up' && vetoes);
  if (sighting !== undefined) {
    return { vote: 'up', why: `${sighting.id} saw the primary alive: ${sighting.why}` };
  }
  if (controls.length > 0 && !controls.some(({ vote }) => vote === 'up')) {
    return {
      vote: 'unknown',
      why: 'No control target answers: this vantage point may be cut off.',
    };
  }
  const down = probes.filter(({ vote }) => vote === 'down');
  const kinds = new Set(down.map(({ kind }) => kind));
  const words = down.map(({ id, why }) => `${id}: ${why}`).join('; ');
  if (kinds.size >= signals) return { vote: 'down', why: words };
  return {
    vote: 'unknown',
    why: `${kinds.size} of ${signals} kinds of probes say down. ${words}`.trim(),
  };
}

/** Adds a round to what was observed before. */
export function addRound(before: Observation | null, round: Round): Observation {
  const isDown = round.vote === 'down';
  return {
    startedAt: before?.startedAt ?? round.at,
    downSince: isDown ? (before?.downSince ?? round.at) : null,
    consecutiveDown: isDown ? (before?.consecutiveDown ?? 0) + 1 : 0,
    consecutiveUp: round.vote === 'up' ? (before?.consecutiveUp ?? 0) + 1 : 0,
    seenAliveAt: round.vote === 'up' ? round.at : (before?.seenAliveAt ?? null),
    rounds: [...(before?.rounds ?? []), round].slice(-KEPT_ROUNDS),
  };
}

/**
 * When the outage began, by what was seen. The alarm's word counts until a round sees the primary
 * alive later than that: then writes may have gone on until the first round that says down.
 */
export function startSeen(alarm: OutageStart, observation: Observation): OutageStart {
  const { seenAliveAt, downSince } = observation;
  if (!alarm.known || seenAliveAt === null) return alarm;
  if (downSince === null) {
    return { known: false, reason: `The primary was seen alive at ${seenAliveAt}` };
  }
  return { ...alarm, latestAt: downSince > alarm.latestAt ? downSince : alarm.latestAt };
}

/** `watching` means: another round. */
export type Verdict = 'confirmed' | 'recovered' | 'undecided' | 'watching';

interface OutageFacts {
  readonly observation: Observation;
  readonly confirm: Confirm;
  readonly now: Date;
}

const newest = ({ observation }: OutageFacts): Round | undefined => observation.rounds.at(-1);

/** What the rounds say so far. */
export const outageRules: readonly Rule<OutageFacts, Verdict>[] = [
  {
    id: 'primary-seen-alive',
    when: ({ observation, confirm }) => observation.consecutiveUp >= Math.min(2, confirm.rounds),
    then: 'recovered',
    why: 'The primary was seen alive in consecutive rounds.',
    detail: (facts) => newest(facts)?.why ?? '',
  },
  {
    id: 'outage-confirmed',
    when: ({ observation, confirm, now }) =>
      observation.consecutiveDown >= confirm.rounds &&
      secondsBetween(observation.downSince ?? now, now) >= confirm.minimumOutageSeconds,
    then: 'confirmed',
    why: 'Enough consecutive rounds say down, for longer than the minimum outage.',
    detail: (facts) => newest(facts)?.why ?? '',
  },
  {
    id: 'deadline-passed',
    when: ({ observation, confirm, now }) =>
      secondsBetween(observation.startedAt, now) >= confirm.deadlineSeconds,
    then: 'undecided',
    why: 'The probes did not agree before the deadline.',
    detail: (facts) => newest(facts)?.why ?? '',
  },
  {
    id: 'another-round',
    when: () => true,
    then: 'watching',
    why: 'Not enough rounds yet.',
    detail: (facts) => newest(facts)?.why ?? '',
  },
];

interface LastLookFacts {
  readonly round: Round;
  /** Looks right before this one that could not tell. */
  readonly blindLooks: number;
  /** A human approved, and not because the primary was seen down: the outage was undecided. */
  readonly approvedByHuman: boolean;
}

/** One look that cannot tell happens; as many in a row are a state of the world. */
const LOOKS = 3;

/** What one fresh look means for a failover that was already allowed. */
export const lastLookRules: readonly Rule<LastLookFacts, 'go' | 'again' | 'stop'>[] = [
  {
    id: 'primary-alive',
    when: ({ round }) => round.vote === 'up',
    then: 'stop',
    why: 'A sighting of a live primary vetoes the promotion.',
    detail: ({ round }) => round.why,
  },
  {
    id: 'still-down',
    when: ({ round }) => round.vote === 'down',
    then: 'go',
    why: 'The primary is still down.',
    detail: ({ round }) => round.why,
  },
  {
    id: 'approved-as-it-is',
    when: ({ approvedByHuman }) => approvedByHuman,
    then: 'go',
    why: 'The look could not tell; a human approved knowing that, and nothing says alive.',
    detail: ({ round }) => round.why,
  },
  {
    id: 'look-again',
    when: ({ blindLooks }) => blindLooks < LOOKS - 1,
    then: 'again',
    why: 'The look could not tell; there will be another.',
    detail: ({ round }) => round.why,
  },
  {
    id: 'cannot-tell',
    when: () => true,
    then: 'stop',
    why: `${LOOKS} looks could not tell; unknown is not down.`,
    detail: ({ round }) => round.why,
  },
];
