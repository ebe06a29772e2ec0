import { castVote } from '../../aws/approvals/cast-vote.ts';
import { parse } from 'node-html-parser';
import type { Approver } from '../../core/plan/authorization.ts';
import type { CaughtMail } from '../world/mail.ts';
import { buttonsOf } from '../world/slack-limits.ts';
import type { Answer, OpenQuestion } from './approvals.ts';
import { decideOnPage } from './decide-on-page.ts';

const decisionOf = { approve: 'approved', reject: 'rejected' } as const;
const reason = 'answered in the drill';

/** As many people as the plan wants must say yes; one no is enough. */
export function votersOf({ request }: OpenQuestion, answer: Answer): readonly Approver[] {
  return request.approvers.slice(0, answer === 'approve' ? request.approvalsNeeded : 1);
}

/** The newest mail about the question to an approver. */
function mailTo({ world, request }: OpenQuestion, { mail, name }: Approver): CaughtMail {
  const path = `/approvals/${request.incidentId}`;
  const sent = world.ses.mails.findLast(({ to, text }) => to === mail && text.includes(path));
  if (sent === undefined) throw new Error(`${name} got no mail with a link.`);
  return sent;
}

/** The link in the text of an approver's mail, as the drill prints it. */
export function printedLink(question: OpenQuestion, approver: Approver): string {
  const link = /https?:\S+\/approvals\/\S+/.exec(mailTo(question, approver).text)?.[0];
  if (link === undefined) throw new Error(`The mail to ${approver.name} has no link in its text.`);
  return link;
}

/** The link behind the button in an approver's mail. */
export function linkInMail(question: OpenQuestion, approver: Approver): string {
  const link = parse(mailTo(question, approver).html)
    .querySelectorAll('a')
    .map((each) => each.getAttribute('href') ?? '')
    .find((href) => href.includes('/approvals/'));
  if (link === undefined) throw new Error(`The mail to ${approver.name} has no link.`);
  return link;
}

/** Follows the link of each voter, as a browser would, and sends the form. */
export async function answerOnPage(
  question: OpenQuestion,
  answer: Answer,
  linkOf: typeof linkInMail,
): Promise<void> {
  for (const voter of votersOf(question, answer)) {
    const link = linkOf(question, voter);
    const { status, title } = await decideOnPage(link, decisionOf[answer], reason);
    if (status !== 200) throw new Error(`${voter.name} was answered ${status}: ${title}`);
  }
}

/** Presses the button in Slack for each voter: a signed request to the front door. */
export async function answerInSlack(question: OpenQuestion, answer: Answer): Promise<void> {
  const { world, frontDoorUrl } = question;
  for (const { slack, name } of votersOf(question, answer)) {
    const post = world.slack.posts.find(({ blocks }) => buttonsOf(blocks).length > 0);
    if (post === undefined || slack === undefined) {
      throw new Error(`${name} sees no button in Slack.`);
    }
    const { rawBody, headers } = world.slack.click(post, answer, slack);
    const url = new URL('/slack/actions', frontDoorUrl);
    const { status } = await fetch(url, { method: 'POST', body: rawBody, headers });
    if (status !== 200) throw new Error(`Slack was answered ${status}.`);
  }
}

/** Votes straight into the table: for virtual time, where nothing listens. */
export async function answerInTable(question: OpenQuestion, answer: Answer): Promise<void> {
  const { request, account } = question;
  for (const { name } of votersOf(question, answer)) {
    await castVote(account.runtime, {
      incidentId: request.incidentId,
      voter: { name },
      decision: decisionOf[answer],
      reason,
      evidenceDigest: request.evidenceDigest,
      origin: { channel: 'page', identity: null, address: null, agent: 'the lab' },
    });
  }
}
