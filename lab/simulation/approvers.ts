import { parse } from 'node-html-parser';
import type { OpenForm } from '../drill/decide-on-page.ts';
import { openForm } from '../drill/decide-on-page.ts';
import { visitFunction } from '../front-door/visit.ts';
import type { OutgoingMail } from '../world/mail.ts';
import { catchMail } from '../world/mail.ts';
import type { Stage } from './stage.ts';

/** What the people who are asked do: everybody the same, or one against the other. */
export type ApproverHabit =
  | 'approve'
  | 'reject'
  | 'silent'
  | 'doubleClick'
  | 'race'
  | 'late'
  /** Only the first says yes, and says it twice. */
  | 'onlyFirst'
  /** Everybody says yes on the page of the first mail, whatever is asked by then. */
  | 'oldPage';

/** A mail scanner opens every link before anybody reads the mail. */
const SCANNER_SECONDS = 2;

/** Puts people behind the mailboxes: they follow the link in the mail, as anybody does. */
export function seatApprovers(stage: Stage, habit: ApproverHabit): void {
  const { world, ghost, clock } = stage;
  const names = new Map(
    stage.plan.authorization.approvers.map(({ mail, name }) => [mail ?? '', name]),
  );
  const answered = new Set<string>();
  const kept: Kept = new Map();
  world.ses.carry = (mail) => {
    catchMail(world.ses, world.deliveries, { ...mail, at: clock.now() });
    const link = linkIn(mail);
    const who = names.get(mail.to);
    if (link === undefined || who === undefined || answered.has(link)) return Promise.resolve();
    answered.add(link);
    ghost.note({ kind: 'asked', who });
    void answer(stage, { who, link, kept }, habit).catch((error: unknown) => {
      ghost.note({ kind: 'world', what: `${who} cannot answer: ${String(error)}` });
    });
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

/** The pages that people have kept open since their first mail. */
type Kept = Map<string, Promise<OpenForm>>;

interface Asked {
  readonly who: string;
  readonly link: string;
  readonly kept: Kept;
}

async function answer(stage: Stage, asked: Asked, habit: ApproverHabit): Promise<void> {
  const { clock, account, plan } = stage;
  const { who, link, kept } = asked;
  const visit = visitFunction(account, clock);
  await clock.sleep(SCANNER_SECONDS * 1000);
  await visit(link, { method: 'GET', headers: { 'user-agent': 'scanner' } });
  const first = plan.authorization.approvers[0]?.name === who;
  const { expirySeconds } = plan.authorization;
  const open = (decision: 'approved' | 'rejected'): Promise<OpenForm> => {
    const form = openForm(visit, link, decision, 'simulated');
    // A page that shows no form is noticed by whoever wants to press its button, later.
    form.catch(() => undefined);
    return form;
  };
  const vote = async (decision: 'approved' | 'rejected', afterSeconds: number): Promise<void> => {
    await clock.sleep(afterSeconds * 1000);
    await cast(stage, who, decision, open(decision));
  };
  if (habit === 'oldPage') {
    const page = kept.get(who) ?? open('approved');
    kept.set(who, page);
    await clock.sleep(40_000);
    await cast(stage, who, 'approved', page);
  }
  if (habit === 'onlyFirst' && first) {
    const pages = [open('approved'), open('approved')];
    await clock.sleep(40_000);
    for (const page of pages) await cast(stage, who, 'approved', page);
  }
  if (habit === 'approve') await vote('approved', 40);
  if (habit === 'reject') await vote('rejected', 40);
  if (habit === 'late') await vote('approved', expirySeconds + 5);
  if (habit === 'race') await vote(first ? 'approved' : 'rejected', 40);
  if (habit === 'doubleClick') await Promise.all([vote('approved', 40), vote('approved', 40)]);
}

async function cast(
  stage: Stage,
  who: string,
  decision: 'approved' | 'rejected',
  page: Promise<OpenForm>,
): Promise<void> {
  try {
    const form = await page;
    if (decision === 'approved') stage.ghost.meantYes.add(who);
    const { status } = await form();
    stage.ghost.note({ kind: 'vote', who, decision, status });
  } catch {
    // The page offers no such button any more: the question was decided.
    stage.ghost.note({ kind: 'vote', who, decision, status: 409 });
  }
}
