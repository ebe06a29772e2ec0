import { readCard } from '../aws/incident-card.ts';
import { readLedger } from '../aws/ledger.ts';
import type { AuditLine } from '../core/approval/audit.ts';
import { auditOf } from '../core/approval/audit.ts';
import type { IncidentCard } from '../core/incident-card.ts';
import { parseArguments } from './args.ts';
import type { Command } from './io.ts';
import { UsageError } from './io.ts';
import type { Connect } from './operator-args.ts';
import { stackOptions } from './stack.ts';
import { asJson, oneLine } from './safe-text.ts';

const help = `Prints the story of an incident: what happened when, who was asked, who decided, who tried to.

Examples
  failover incident show orders-20261002t170445z-1 --region eu-central-1
  failover incident show orders-20261002t170445z-1 --region eu-central-1 --json

Options
  --region REGION  the standby Region, where the stack is (or AWS_REGION)
  --stack NAME     the stack (default region-failover-dev)
  --json           one JSON document on stdout, with every line of the ledger

Exit status: 0 printed, 1 there is no such incident, 2 wrong usage.`;

/** `failover incident show ID`, against the stack that `connect` finds. */
export function incidentCommand(connect: Connect): Command {
  return async (args, io) => {
    const { values, positionals } = parseArguments(args, {
      ...stackOptions,
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    });
    if (values.help) {
      io.out(help);
      return 0;
    }
    const [verb, id, ...others] = positionals;
    if (verb !== 'show' || id === undefined || others.length > 0) {
      throw new UsageError(`found "${positionals.join(' ')}"; expected: show INCIDENT`);
    }
    const runtime = await connect({ region: values.region, stack: values.stack });
    const [card, ledger] = await Promise.all([readCard(runtime, id), readLedger(runtime, id)]);
    if (card === undefined) {
      io.err(`There is no incident ${id} in stack ${values.stack}.`);
      return 1;
    }
    const audit = auditOf(ledger);
    const story = { ...card, ...audit, ledger };
    io.out(values.json ? asJson(story) : storyOf(card, audit).join('\n'));
    return 0;
  };
}

function storyOf(card: IncidentCard, audit: ReturnType<typeof auditOf>): string[] {
  const { request, ending } = card;
  return [
    oneLine(`${card.incidentId}: ${ending === undefined ? 'under way' : ending.outcome}`),
    ...(ending === undefined ? [] : [`  ${oneLine(ending.why)}`]),
    `  ${oneLine(card.alarm)}`,
    `  ${oneLine(card.alarmReason)}`,
    `  ${oneLine(card.executionArn)}`,
    '',
    ...card.phases.map(({ at, name, why }) => `${at}  ${name.padEnd(20)} ${oneLine(why)}`),
    ...(request === undefined
      ? []
      : [
          '',
          `Asked: ${oneLine(request.brief.question)}`,
          `  ${request.approvalsNeeded} yes needed of ` +
            `${request.approvers.map(({ name }) => oneLine(name)).join(', ')}, until ${request.expiresAt}`,
          `  ${decisionOf(request.decision)}`,
        ]),
    ...section('Votes', audit.votes),
    ...section('Refused attempts', audit.refusedAttempts),
  ];
}

function decisionOf(decision: NonNullable<IncidentCard['request']>['decision']): string {
  if (decision === undefined) return 'Not decided.';
  const reason = decision.reason === '' ? '' : ` "${oneLine(decision.reason)}"`;
  return `${decision.decision} by ${oneLine(decision.by)} at ${decision.decidedAt}${reason}`;
}

function section(title: string, lines: readonly AuditLine[]): string[] {
  if (lines.length === 0) return [];
  return ['', title, ...lines.flatMap(auditWords)];
}

function auditWords({ at, who, decision, reason, evidenceDigest, origin }: AuditLine): string[] {
  const from = [origin.identity, origin.address, origin.agent].flatMap((each) => each ?? []);
  return [
    oneLine(`${at}  ${who ?? 'nobody known'} ${decision ?? 'nothing'} over ${origin.channel}`) +
      (reason === '' ? '' : `: ${oneLine(reason)}`),
    `    on evidence ${oneLine(evidenceDigest?.slice(0, 12) ?? 'unknown')}, from ${from.map(oneLine).join(', ') || 'unknown'}`,
  ];
}
