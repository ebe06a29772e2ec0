import * as z from 'zod';
import type { ShownRequest } from './approval/request.ts';
import type { Json } from './json.ts';

/** A phase that an incident went through. */
export interface CardPhase {
  readonly name: string;
  /** ISO 8601. */
  readonly at: string;
  /** One sentence. */
  readonly why: string;
}

/**
 * An incident as a message shows it that is updated in place. Plain text in every field: whoever
 * shows it escapes it.
 */
export interface IncidentCard {
  readonly incidentId: string;
  readonly plan: string;
  readonly openedAt: string;
  readonly alarm: string;
  readonly alarmReason: string;
  readonly executionArn: string;
  /** Oldest first. */
  readonly phases: readonly CardPhase[];
  /** The current question, open or decided; undefined if nobody was asked. */
  readonly request: ShownRequest | undefined;
  /** How it ended; undefined while it runs. */
  readonly ending: { readonly outcome: string; readonly why: string } | undefined;
}

/** What a line of the ledger is called in a message; what is not here is no phase. */
const phaseNames: Readonly<Record<string, string>> = {
  opened: 'Outage suspected',
  authorization: 'Authorization',
  'approval-requested': 'Decision asked for',
  'approval-escalated': 'Escalated',
  'approval-decided': 'Decided',
  fence: 'Fence',
  'promotion-requested': 'Promotion asked for',
  promoted: 'Promoted',
  'traffic-switched': 'Traffic switched',
  'stood-down': 'Stood down',
  closed: 'Closed',
};

const Worded = z.object({
  why: z.string().optional(),
  alarmReason: z.string().optional(),
  reason: z.string().optional(),
});

/** The name of the phase that a line of the ledger stands for; undefined if it is none. */
export function phaseName(what: string): string | undefined {
  return Object.hasOwn(phaseNames, what) ? phaseNames[what] : undefined;
}

/** The phases of an incident from its ledger, oldest first. */
export function phasesOf(
  entries: readonly { readonly at: string; readonly what: string; readonly entry: Json }[],
): CardPhase[] {
  return entries.flatMap(({ at, what, entry }) => {
    const name = phaseName(what);
    if (name === undefined) return [];
    const words = Worded.safeParse(entry);
    const { why, reason, alarmReason } = words.success ? words.data : {};
    return [{ name, at, why: why ?? reason ?? alarmReason ?? '' }];
  });
}
