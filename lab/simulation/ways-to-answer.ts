import { parse } from 'node-html-parser';
import type { Plan } from '../../aws/plan.ts';
import type { Approver } from '../../core/plan/authorization.ts';
import type { OpenForm } from '../drill/decide-on-page.ts';
import { openForm } from '../drill/decide-on-page.ts';
import { visitFunction } from '../front-door/visit.ts';
import type { OutgoingMail } from '../world/mail.ts';
import { catchMail } from '../world/mail.ts';
import type { SlackPost } from '../world/slack.ts';
import { buttonsOf } from '../world/slack-limits.ts';
import type { Stage } from './stage.ts';

/** What somebody decides with, once it is open in front of them: pressing it says so. */
export type Decision = 'approved' | 'rejected';

/** Somebody was asked, and has a way to answer. */
export interface Asked {
  readonly who: string;
  /** Opens what has the button; rejects if there is none. */
  readonly open: (decision: Decision) => Promise<OpenForm>;
  /** What happens to a message before anybody reads it. */
  readonly scan: () => Promise<void>;
}

/** Puts people behind the mailboxes and into the channels; each question reaches each of them once. */
export function deliverQuestions(stage: Stage, onAsked: (asked: Asked) => void): void {
  const told = new Set<string>();
  const once = (key: string, asked: () => Asked): void => {
    if (told.has(key)) return;
    told.add(key);
    onAsked(asked());
  };
  readMail(stage, once);
  watchSlack(stage, once);
}

/** How somebody answers in the simulation; nobody goes to the command line here. */
export function wayOf(
  { mail, slack }: Approver,
  { notifications }: Pick<Plan, 'notifications'>,
): 'mail' | 'slack' | undefined {
  const isOver = (...kinds: readonly string[]): boolean =>
    notifications.some(({ kind }) => kinds.includes(kind));
  if (mail !== undefined && isOver('ses')) return 'mail';
  return slack !== undefined && isOver('slackApp', 'slackWebhook') ? 'slack' : undefined;
}

type Once = (key: string, asked: () => Asked) => void;

/** They follow the link in their mail, as anybody does. */
function readMail(stage: Stage, once: Once): void {
  const { world, clock, account, plan } = stage;
  const names = new Map(plan.authorization.approvers.map(({ mail, name }) => [mail ?? '', name]));
  const visit = visitFunction(account, clock);
  world.ses.carry = (mail) => {
    catchMail(world.ses, world.deliveries, { ...mail, at: clock.now() });
    const link = linkIn(mail);
    const who = names.get(mail.to);
    if (link === undefined || who === undefined) return Promise.resolve();
    once(link, () => ({
      who,
      open: async (decision) => await openForm(visit, link, decision, 'simulated'),
      scan: async () => {
        await visit(link, { method: 'GET', headers: { 'user-agent': 'scanner' } });
      },
    }));
    return Promise.resolve();
  };
}

function linkIn(mail: OutgoingMail): string | undefined {
  if (!mail.html.includes('/approvals/')) return undefined;
  return parse(mail.html)
    .querySelectorAll('a')
    .map((each) => each.getAttribute('href') ?? '')
    .find((href) => href.includes('/approvals/'));
}

/** Who gets no mail presses the buttons of the message in Slack. */
function watchSlack({ world, clock, account, plan }: Stage, once: Once): void {
  const visit = visitFunction(account, clock);
  const { slack } = world;
  const { answer } = slack;
  const people = plan.authorization.approvers.filter((each) => wayOf(each, plan) === 'slack');
  const click = async (post: SlackPost, user: string, decision: Decision) => {
    const press = slack.click(post, decision === 'approved' ? 'approve' : 'reject', user);
    const url = new URL('/slack/actions', account.frontDoorUrl).href;
    const { rawBody, headers } = press;
    const { status } = await visit(url, { method: 'POST', body: rawBody, headers });
    return { status, title: '' };
  };
  slack.answer = (request) => {
    const answered = answer(request);
    for (const post of slack.posts) {
      const [button] = buttonsOf(post.blocks);
      if (button === undefined) continue;
      for (const { name: who, slack: user } of people) {
        if (user === undefined) continue;
        once(`${user} ${button.value}`, () => ({
          who,
          open: async (decision) => await Promise.resolve(() => click(post, user, decision)),
          scan: async () => {},
        }));
      }
    }
    return answered;
  };
}
