import type { OpenForm } from '../drill/decide-on-page.ts';
import type { Stage } from './stage.ts';
import type { Asked, Decision } from './ways-to-answer.ts';
import { deliverQuestions } from './ways-to-answer.ts';

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

/** Has everybody who is asked do what is their habit. */
export function seatApprovers(stage: Stage, habit: ApproverHabit): void {
  const { ghost } = stage;
  const kept: Kept = new Map();
  deliverQuestions(stage, (asked) => {
    ghost.note({ kind: 'asked', who: asked.who });
    void answer(stage, asked, kept, habit).catch((error: unknown) => {
      ghost.note({ kind: 'world', what: `${asked.who} cannot answer: ${String(error)}` });
    });
  });
}

/** The pages that people have kept open since their first mail. */
type Kept = Map<string, Promise<OpenForm>>;

async function answer(
  stage: Stage,
  { who, open: openOnce, scan }: Asked,
  kept: Kept,
  habit: ApproverHabit,
): Promise<void> {
  const { clock, plan } = stage;
  await clock.sleep(SCANNER_SECONDS * 1000);
  await scan();
  const first = plan.authorization.approvers[0]?.name === who;
  const { expirySeconds } = plan.authorization;
  const open = (decision: Decision): Promise<OpenForm> => {
    const form = openOnce(decision);
    // A page that shows no form is noticed by whoever wants to press its button, later.
    form.catch(() => undefined);
    return form;
  };
  const vote = async (decision: Decision, afterSeconds: number): Promise<void> => {
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
  decision: Decision,
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
