import type { LinkReading } from '../../../core/approval/link.ts';
import { linkFaults } from '../../../core/approval/link.ts';
import { approvalPage } from '../../../core/approval/page/approval-page.ts';
import { pageRules } from '../../../core/approval/page-state.ts';
import type { ApprovalRequest } from '../../../core/approval/request.ts';
import { decide } from '../../../core/rules.ts';
import { readCardIfPossible } from '../../incident-card.ts';
import type { Runtime } from '../../runtime.ts';
import { createFormToken, readLink } from '../links.ts';
import { readRequest } from '../request-store.ts';
import type { Page } from './plain-pages.ts';
import { elsewhere, plain } from './plain-pages.ts';

/**
 * The page behind a link, as it is now. Reads, and changes nothing: scanners of mail follow links
 * before people do.
 * @param refusedBecause why a vote that was just sent with this link does not count
 */
export async function showQuestion(
  runtime: Runtime,
  incidentId: string,
  token: string,
  refusedBecause?: string,
): Promise<Page> {
  const reading = await readLink(runtime, incidentId, token);
  const request = reading.ok ? await readRequest(runtime, incidentId) : undefined;
  const now = runtime.clock.now().toISOString();
  const { outcome: state, why } = decide(pageRules, { reading, request, now });
  if (!reading.ok) return await brokenLink(reading);
  if (request === undefined || state === 'brokenLink') {
    return await plain(404, 'Nothing is asked', [why, 'You have nothing to do here.']);
  }
  if (state === 'notYours') {
    const line =
      'You are not on the list of those who may decide this. Nothing you do here counts.';
    return await plain(403, 'Not yours to decide', [line]);
  }
  if (state === 'superseded') {
    const newer = 'Those who may decide got a newer message, with a newer link. Follow that one.';
    return await plain(410, 'This question is out of date', [why, newer]);
  }
  const view = { state, request, you: reading.link.approver, now };
  const html = await approvalPage({
    ...view,
    phases: await phasesSince(runtime, request, state),
    token: await createFormToken(runtime, token),
    ...(refusedBecause === undefined ? {} : { refusedBecause }),
  });
  return { status: refusedBecause === undefined ? 200 : 409, html };
}

/** Only a question that is over has an aftermath, and only then the ledger is read. */
async function phasesSince(runtime: Runtime, { incidentId }: ApprovalRequest, state: string) {
  if (state === 'pending' || state === 'partlyApproved') return [];
  return (await readCardIfPossible(runtime, incidentId))?.phases ?? [];
}

/** Who holds a broken link learns what is wrong with it, and nothing of the incident. */
async function brokenLink({ fault }: Extract<LinkReading, { ok: false }>): Promise<Page> {
  const title = fault === 'expired' ? 'This link has expired' : 'This link does not work';
  const status = fault === 'expired' ? 410 : 403;
  return await plain(status, title, [linkFaults[fault], elsewhere]);
}
