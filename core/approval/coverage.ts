import * as z from 'zod';
import type { DataLoss } from '../data-loss.ts';
import type { Round } from '../outage.ts';

/** The facts under a question, as far as a change of them makes an approval worthless. */
export const ApprovedFacts = z.strictObject({
  /** Null if the loss was not known. */
  lossBoundSeconds: z.number().nullable(),
  /** What all probes together said in the newest look. */
  vote: z.enum(['up', 'down', 'unknown']),
  /** Ids of the probes that said up; control targets, which should, are not among them. */
  up: z.array(z.string()),
});
export type ApprovedFacts = z.infer<typeof ApprovedFacts>;

/** Reads the facts out of what was found. `controls` are the ids of the control targets. */
export function approvedFacts(
  round: Round,
  dataLoss: DataLoss,
  controls: readonly string[],
): ApprovedFacts {
  const up = round.probes.filter(({ id, vote }) => vote === 'up' && !controls.includes(id));
  return {
    lossBoundSeconds: dataLoss.known ? dataLoss.boundSeconds : null,
    vote: round.vote,
    up: up.map(({ id }) => id),
  };
}

/**
 * What got worse since the approval, a sentence each; empty if the approval covers what is found
 * now. Whoever accepted an unknown loss accepted any; a smaller loss is covered too. A single probe
 * that cannot tell any more changes nothing, as long as all together still say down.
 */
export function changesSince(approved: ApprovedFacts, now: ApprovedFacts): string[] {
  const alive = now.up.filter((id) => !approved.up.includes(id));
  const loss = approved.lossBoundSeconds;
  return [
    ...(approved.vote === 'down' && now.vote !== 'down'
      ? ['The probes together do not say down any more.']
      : []),
    ...(loss !== null && now.lossBoundSeconds === null
      ? [`What would be lost is not known any more; ${loss} s were approved.`]
      : []),
    ...(loss !== null && now.lossBoundSeconds !== null && !(now.lossBoundSeconds <= loss)
      ? [`Up to ${now.lossBoundSeconds} s would be lost now; ${loss} s were approved.`]
      : []),
    ...alive.map((id) => `${id} says up, and did not say so before.`),
  ];
}
