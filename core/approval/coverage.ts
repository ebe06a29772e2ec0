import * as z from 'zod';
import type { DataLoss } from '../data-loss.ts';
import type { Round } from '../outage.ts';

/** The facts under a question, as far as a change of them makes an approval worthless. */
export const ApprovedFacts = z.strictObject({
  verdict: z.enum(['confirmed', 'undecided']),
  /** Null if the loss was not known. */
  lossBoundSeconds: z.number().nullable(),
  /** Ids of the probes that said down. */
  down: z.array(z.string()),
});
export type ApprovedFacts = z.infer<typeof ApprovedFacts>;

/** Reads the facts out of what was found. */
export function approvedFacts(
  verdict: 'confirmed' | 'undecided',
  round: Round,
  dataLoss: DataLoss,
): ApprovedFacts {
  return {
    verdict,
    lossBoundSeconds: dataLoss.known ? dataLoss.boundSeconds : null,
    down: round.probes.filter(({ vote }) => vote === 'down').map(({ id }) => id),
  };
}

/**
 * What got worse since the approval, a sentence each; empty if the approval covers what is found
 * now. Whoever accepted an unknown loss accepted any; a smaller loss is covered too.
 */
export function changesSince(approved: ApprovedFacts, now: ApprovedFacts): string[] {
  const silent = approved.down.filter((id) => !now.down.includes(id));
  const loss = approved.lossBoundSeconds;
  return [
    ...(approved.verdict === 'confirmed' && now.verdict !== 'confirmed'
      ? ['The outage is not confirmed any more.']
      : []),
    ...(loss !== null && now.lossBoundSeconds === null
      ? [`What would be lost is not known any more; ${loss} s were approved.`]
      : []),
    ...(loss !== null && now.lossBoundSeconds !== null && !(now.lossBoundSeconds <= loss)
      ? [`Up to ${now.lossBoundSeconds} s would be lost now; ${loss} s were approved.`]
      : []),
    ...silent.map((id) => `${id} said down, and does not say so any more.`),
  ];
}
