import { briefLines } from '../core/approval/brief.ts';
import {
  answerInSlack,
  answerOnPage,
  linkInMail,
  printedLink,
  votersOf,
} from '../lab/drill/answers.ts';
import type { Answer, Ask, OpenQuestion } from '../lab/drill/approvals.ts';
import { decideCommand } from './decide.ts';
import type { Io } from './io.ts';
import { oneLine } from './safe-text.ts';

/** Ways in which a drill answers by itself, each the real one. */
export const channels = ['page', 'mail', 'slack', 'cli'] as const;
export type Channel = (typeof channels)[number];

/** Answers every question over this channel. */
export function answerOver(channel: Channel, answer: Answer, io: Io): Ask {
  switch (channel) {
    case 'page':
      return async (question) => {
        await answerOnPage(question, answer, printedLink);
      };
    case 'mail':
      return async (question) => {
        await answerOnPage(question, answer, linkInMail);
      };
    case 'slack':
      return async (question) => {
        await answerInSlack(question, answer);
      };
    case 'cli':
      return async (question) => {
        await answerOnCommandLine(question, answer, io);
      };
  }
}

/** A drill goes on to its end: applying what was lost is approved on the page, all else as told. */
export function approveApplying(io: Io, others: Ask): Ask {
  const yes = answerOver('page', 'approve', io);
  return async (question) => {
    const isApplying = question.request.brief.subject === 'reconciliation';
    await (isApplying ? yes : others)(question);
  };
}

/** Shows how to decide, and leaves it to whoever looks on; nothing is opened by itself. */
export function showLinks(io: Io): Ask {
  return async (question) => {
    const { request, world } = question;
    io.err(`\n${request.incidentId} asks:`);
    for (const line of briefLines(request.brief)) io.err(`  ${oneLine(line)}`);
    io.err(`\nOpen one of these pages to decide, until ${request.expiresAt}:`);
    for (const approver of request.approvers) {
      if (approver.mail !== undefined)
        io.err(`  ${approver.name}: ${printedLink(question, approver)}`);
    }
    io.err(
      `They are in the ${world.ses.mails.length} mails that the drill's mail server caught. ` +
        'Or run it again with --approve-by page, mail, slack or cli.',
    );
    await Promise.resolve();
  };
}

/** `failover approve` itself, with the lab's credentials. */
async function answerOnCommandLine(question: OpenQuestion, answer: Answer, io: Io): Promise<void> {
  const { world, account, request } = question;
  const command = decideCommand(
    () => Promise.resolve(account.runtime),
    answer,
    answer === 'approve' ? 'approved' : 'rejected',
  );
  const quiet: Io = {
    ...io,
    out: (line) => {
      io.err(line);
    },
  };
  const args = ['--reason', 'answered in the drill', '--confirm', request.plan];
  for (const { iam, name } of votersOf(question, answer)) {
    if (iam === undefined) throw new Error(`${name} has no iam in the plan.`);
    world.caller = iam;
    const status = await command([request.incidentId, ...args], quiet);
    if (status !== 0) throw new Error(`failover ${answer} ended with ${status}.`);
  }
}
