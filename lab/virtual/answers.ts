import type { Plan } from '../../aws/plan.ts';
import type { HttpsAnswer, HttpsRequest } from '../../core/network.ts';

/** What a service answers that cannot do its work. */
export const SICK_ANSWER: HttpsAnswer = { status: 503, body: 'Service Unavailable' };

/** What a healthy service answers: just what the plan says it should. */
export function expectedAnswer(plan: Plan, { url }: Pick<HttpsRequest, 'url'>): HttpsAnswer {
  const expected = [
    ...plan.detection.probes.flatMap((probe) => (probe.kind === 'https' ? [probe] : [])),
    ...plan.detection.controls.flatMap((probe) => (probe.kind === 'https' ? [probe] : [])),
    ...plan.verification.standby,
    ...plan.verification.service,
    ...plan.databases.map(({ writeCheck }) => writeCheck),
    ...(plan.failback?.verification.standby ?? []),
    ...(plan.failback?.databases ?? []).map(({ writeCheck }) => writeCheck),
  ].find((check) => check.url === url);
  return { status: expected?.expectStatus ?? 200, body: expected?.expectBody ?? 'ok' };
}
