import * as z from 'zod';
import { bestGrade, FenceGrade } from './authorization.ts';
import { DataLoss } from './data-loss.ts';
import { OutageStart } from './incident.ts';
import type { Incident, Outcome } from './incident.ts';
import type { Story, Timeline } from './report.ts';

const Timed = z.object({ at: z.string(), why: z.string() });
const Found = z.object({ at: z.string().optional(), why: z.string() });

const Fenced = Timed.extend({ grade: FenceGrade, evidence: z.array(z.string()) });

/**
 * What the states before handed over, as far as the run came. Loose: only what the report uses is
 * read, so that a new field in a step does not stop an incident from being closed.
 */
export const StoryParts = z.object({
  observation: z.object({ startedAt: z.string() }).nullable(),
  decision: z
    .object({
      why: z.string(),
      dataLoss: z.object({ dataLoss: DataLoss, outageStart: OutageStart }).nullish(),
      authorization: Timed.nullish(),
      approval: z.object({ decidedAt: z.string() }).nullish(),
    })
    .nullable(),
  warmUps: z.array(z.object({ requested: z.boolean(), why: z.string() })),
  fence: Fenced.nullable(),
  /** The second try, once the old primary may be back. */
  refence: Fenced.nullable(),
  promotions: z.array(Timed),
  capacity: z.array(Found.extend({ ready: z.boolean() })),
  standby: Timed.nullable(),
  traffic: z.array(Timed),
  service: Timed.extend({ verified: z.boolean() }).nullable(),
  undo: z.object({ leftovers: z.array(z.string()), why: z.string() }).nullable(),
  failure: z.object({ error: z.string(), why: z.string().optional() }).nullable(),
});
export type StoryParts = z.infer<typeof StoryParts>;

const latest = (items: readonly { readonly at?: string | undefined }[]): string | undefined =>
  items
    .flatMap(({ at }) => at ?? [])
    .toSorted()
    .at(-1);

/** What the report needs from the parts. */
export function readStory(
  parts: StoryParts,
  incident: Incident,
): Pick<Story, 'timeline' | 'outageStart' | 'dataLoss' | 'fence'> {
  const { decision, fence, promotions, capacity, standby, traffic, service } = parts;
  const timeline: Timeline = {
    openedAt: incident.openedAt,
    decidedAt: decision?.approval?.decidedAt ?? decision?.authorization?.at,
    fencedAt: fence?.at,
    promotedAt: latest(promotions),
    capacityAt: latest(capacity),
    standbyVerifiedAt: standby?.at,
    switchedAt: latest(traffic),
    serviceVerifiedAt: service?.verified === true ? service.at : undefined,
  };
  return {
    timeline,
    outageStart: decision?.dataLoss?.outageStart ?? incident.outageStart,
    dataLoss: decision?.dataLoss?.dataLoss,
    fence: summarize(fence, parts.refence),
  };
}

/** Both tries at fencing in one: the better grade, and what the newest try says. */
function summarize(
  first: z.infer<typeof Fenced> | null,
  second: z.infer<typeof Fenced> | null,
): Story['fence'] {
  const newest = second ?? first;
  if (newest === null || first === null) return undefined;
  return {
    grade: bestGrade([first.grade, newest.grade]),
    why: newest.evidence.join(' ') || newest.why,
  };
}

/** Under which name it is kept that people were told of the ending: nobody is told twice. */
export const endingTold = 'ending-told';

/** What is left to do by a human, as far as the states before knew. */
export function findLeftovers(parts: StoryParts, hasEdgeFence: boolean): string[] {
  const missing = parts.capacity.filter(({ ready }) => !ready).map(({ why }) => why);
  const isOnItsWay = parts.failure !== null && parts.undo === null && parts.fence !== null;
  return [
    ...(parts.undo?.leftovers ?? []),
    ...missing,
    ...(hasEdgeFence && isOnItsWay
      ? ['The edge fence moved clients to the standby before it was ready: they meet it as it is.']
      : []),
  ];
}

/** The one sentence that says why it ended so. */
export function whyOf(outcome: Outcome, parts: StoryParts): string {
  const { failure, decision, undo } = parts;
  const undone = undo === null ? [] : [undo.why];
  if (failure !== null) {
    return sentences(`${failure.error}: ${failure.why ?? 'no cause given'}`, ...undone);
  }
  if (outcome === 'recovered') return 'The service answers from the standby Region.';
  return sentences(decision?.why ?? 'No decision was reached.', ...undone);
}

/** Words from different places, each closed as a sentence. */
function sentences(...parts: readonly string[]): string {
  return parts.map((part) => (/[.!?]$/.test(part) ? part : `${part}.`)).join(' ');
}
