/** States that tell where a run went, without polls, choices and bookkeeping. */
const milestones = new Set([
  'ObserveOutage',
  'RequestApproval',
  'FencePrimary',
  'RequestUnfencedApproval',
  'LastLook',
  'PromoteDatabase',
  'VerifyStandby',
  'SwitchRoute',
  'VerifyService',
  'StandDown',
  'RecordFailure',
]);

/** Whether a state is told in a short path. */
export function isMilestone(state: string): boolean {
  return milestones.has(state);
}

/** What a human had to do: the questions that were put to one, and what was left undone. */
export function humanPart(states: readonly string[], ends: readonly string[]): string[] {
  const has = (state: string): boolean => states.includes(state);
  return [
    ...(has('RequestApproval') ? ['decides whether to promote'] : []),
    ...(has('RequestUnfencedApproval') ? ['accepts or refuses an unfenced primary'] : []),
    ...(ends.includes('Recovered') ? ['acknowledges, and plans the failback'] : []),
    ...(ends.some((end) => needsHands.test(end)) ? ['repairs by hand'] : []),
  ];
}

/** Ends after which something was left undone, or nothing at all was done about an outage. */
const needsHands =
  /^(Expired|NotPromoted|FailoverFailed|StandDownIncomplete|Incident.*|DeclineNotAnnounced)$/;

/** The ends of a run as one: what was declined is said only where nothing else happened. */
export function endOf(ends: readonly string[]): string {
  const main = ends.filter((end) => end !== 'Declined');
  return (main.length > 0 ? main : ends.slice(0, 1)).join(', then ');
}
