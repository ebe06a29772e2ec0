import type { ShownRequest } from './approval/request.ts';

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
