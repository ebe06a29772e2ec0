import { approvalsNeeded } from '../../core/plan/authorization.ts';
import type { Approver } from '../../core/plan/authorization.ts';
import type { Plan } from '../plan.ts';
import type { PlanPath } from '../plan-source.ts';
import { rule } from './rule.ts';
import type { Finding, PlanRule } from './rule.ts';

/** Whether people are told, and whether those who are asked can answer. */
export const channelRules: readonly PlanRule[] = [
  rule({
    id: 'some-channel-always',
    why: 'Without a channel that is told everything, people hear only of what failed elsewhere.',
    needs: ['notifications'],
    check: ({ notifications }) =>
      notifications.some(
        (each) => each.use === 'always' && (each.kind !== 'ses' || each.to.length > 0),
      )
        ? []
        : [
            {
              path: ['notifications'],
              found: 'no channel with use: always, apart from mail without addresses in to',
              expected: 'at least one that is told everything',
            },
          ],
  }),
  rule({
    id: 'slack-channels-unique',
    why: 'Each incident has one message a Slack channel: two drivers would overwrite each other.',
    needs: ['notifications'],
    check: ({ notifications }) => {
      const names = notifications.map((each) => (each.kind === 'slackApp' ? each.channel : ''));
      return names.flatMap((name, index) =>
        name !== '' && names.indexOf(name) < index
          ? [
              {
                path: ['notifications', index, 'channel'],
                found: `"${name}", the channel of notifications[${names.indexOf(name)}]`,
                expected: 'each Slack channel once',
              },
            ]
          : [],
      );
    },
  }),
  rule({
    id: 'mail-has-recipients',
    why: 'A mail channel that nobody is a recipient of tells nobody.',
    needs: ['notifications', 'authorization'],
    check: ({ notifications, authorization }) =>
      notifications.flatMap((channel, index) =>
        channel.kind === 'ses' &&
        channel.to.length === 0 &&
        listed(authorization).every(({ approver }) => approver.mail === undefined)
          ? [
              {
                path: ['notifications', index],
                found: 'a mail channel without recipients',
                expected: 'addresses in to, or approvers with mail',
              },
            ]
          : [],
      ),
  }),
  rule({
    id: 'approvers-unique',
    why: 'One person counts once: two entries with one name or identity could be one person.',
    needs: ['authorization'],
    check: ({ authorization }) => repeatedApprovers(listed(authorization)),
  }),
  rule({
    id: 'approvers-can-decide',
    why: 'Somebody who is asked and cannot answer makes a question expire.',
    needs: ['authorization', 'notifications'],
    check: ({ authorization, notifications }) =>
      listed(authorization).flatMap(({ approver, path }) =>
        canDecide(approver, notifications)
          ? []
          : [
              {
                path,
                found: `${approver.name}, who can decide over no channel of this plan`,
                expected:
                  'iam for the command line, mail with an ses channel, or slack with a Slack ' +
                  'channel that has a signing secret',
              },
            ],
      ),
  }),
  rule({
    id: 'enough-approvers',
    why: 'A question that needs more people than there are can only expire.',
    needs: ['authorization'],
    check: ({ authorization }) => {
      const needed = approvalsNeeded(authorization);
      const { length } = authorization.approvers;
      const found = `${length} of the ${needed} people who must say yes`;
      const expected = `at least ${needed}`;
      return length >= needed ? [] : [{ path: ['authorization', 'approvers'], found, expected }];
    },
  }),
  rule({
    id: 'escalation-asks-others',
    why: 'An escalation to those who did not answer is only another reminder.',
    needs: ['authorization'],
    check: ({ authorization: { approvers, onExpiry } }) => {
      const names = new Set(approvers.map(({ name }) => plain(name)));
      if (onExpiry.action !== 'escalate') return [];
      if (onExpiry.approvers.some(({ name }) => !names.has(plain(name)))) return [];
      const found = 'only people who were asked before';
      const path = ['authorization', 'onExpiry', 'approvers'];
      return [{ path, found, expected: 'somebody who is not in authorization.approvers' }];
    },
  }),
  rule({
    id: 'expiry-can-promote',
    why: 'Only the silence of people who are asked in person means yes: without them it never does.',
    needs: ['authorization', 'notifications'],
    check: ({ authorization, notifications }) => {
      if (authorization.onExpiry.action !== 'promote') return [];
      const needed = approvalsNeeded(authorization);
      const asked = authorization.approvers.filter((each) => isAsked(each, notifications));
      if (asked.length >= needed) return [];
      const found = `promote, with ${asked.length} of the ${needed} people asked in person`;
      const expected =
        'mail with an ses channel, or slack with a Slack channel, with use: always; ' +
        'a topic asks nobody in person';
      return [{ path: ['authorization', 'onExpiry', 'action'], found, expected }];
    },
  }),
];

/** Whether a question goes to this person, over a channel that is told always, to be answered. */
function isAsked({ mail, slack, iam }: Approver, channels: Plan['notifications']): boolean {
  return channels
    .filter(({ use }) => use === 'always')
    .some((each) => {
      if (each.kind === 'sns') return false;
      if (each.kind === 'ses') return mail !== undefined;
      const canAnswer = each.signingSecretParameter !== undefined || iam !== undefined;
      return slack !== undefined && canAnswer;
    });
}

interface Listed {
  readonly approver: Approver;
  readonly path: PlanPath;
}

/** Everybody who may be asked, those of an escalation last. */
function listed({ approvers, onExpiry }: Plan['authorization']): Listed[] {
  const second = onExpiry.action === 'escalate' ? onExpiry.approvers : [];
  const at = (section: PlanPath) => (approver: Approver, index: number) => ({
    approver,
    path: [...section, index],
  });
  return [
    ...approvers.map(at(['authorization', 'approvers'])),
    ...second.map(at(['authorization', 'onExpiry', 'approvers'])),
  ];
}

const plain = (text: string): string => text.trim().toLowerCase();

function repeatedApprovers(all: readonly Listed[]): Finding[] {
  return (['name', 'mail', 'slack', 'iam'] as const).flatMap((key) => {
    const values = all.map(({ approver }) => plain(approver[key] ?? ''));
    return all.flatMap(({ approver, path }, index) => {
      const value = values[index] ?? '';
      const first = all[values.indexOf(value)];
      if (value === '' || first === undefined || first.path === path) return [];
      const found = `"${approver[key] ?? ''}", the ${key} of ${first.approver.name} too`;
      return [{ path: [...path, key], found, expected: "one that is this person's alone" }];
    });
  });
}

function canDecide(approver: Approver, channels: Plan['notifications']): boolean {
  return (
    approver.iam !== undefined ||
    (approver.mail !== undefined && channels.some(({ kind }) => kind === 'ses')) ||
    (approver.slack !== undefined &&
      channels.some(
        (channel) =>
          'signingSecretParameter' in channel && channel.signingSecretParameter !== undefined,
      ))
  );
}
