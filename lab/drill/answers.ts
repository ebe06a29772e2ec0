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
    const { status, title } = await decideOnPage(question.visit, link, decisionOf[answer], reason);
    if (status !== 200) throw new Error(`${voter.name} was answered ${status}: ${title}`);
  }
}

/** Presses the button in Slack for each voter: a signed request to the front door. */
export async function answerInSlack(question: OpenQuestion, answer: Answer): Promise<void> {
  const { world, visit, account } = question;
  for (const { slack, name } of votersOf(question, answer)) {
    const post = world.slack.posts.find(({ blocks }) => buttonsOf(blocks).length > 0);
    if (post === undefined || slack === undefined) {
      throw new Error(`${name} sees no button in Slack.`);
    }
    const { rawBody, headers } = world.slack.click(post, answer, slack);
    const url = new URL('/slack/actions', account.frontDoorUrl).href;
    const { status } = await visit(url, { method: 'POST', body: rawBody, headers });
    if (status !== 200) throw new Error(`Slack was answered ${status}.`);
  }
}
