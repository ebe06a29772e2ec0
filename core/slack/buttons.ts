import type { Button, KnownBlock } from '@slack/types';
import type { ShownRequest } from '../approval/request.ts';
import { plain } from './blocks.ts';

/** What a pressed button says. No secret: the signature and the list of approvers decide. */
export interface Press {
  readonly incidentId: string;
  readonly decision: 'approved' | 'rejected';
  /** The first characters of the digest of the evidence that was shown. */
  readonly digest: string;
}

const DIGEST_CHARACTERS = 16;
const decisions = { approve: 'approved', reject: 'rejected' } as const;

/** What was pressed; undefined for a button that is none of ours. */
export function readPress(actionId: string, value: string): Press | undefined {
  if (actionId !== 'approve' && actionId !== 'reject') return undefined;
  const [, incidentId, digest] = /^([a-z0-9-]{1,120})#([0-9a-f]{12,64})$/.exec(value) ?? [];
  if (incidentId === undefined || digest === undefined) return undefined;
  return { incidentId, digest, decision: decisions[actionId] };
}

/** The two buttons of an open question, each of which asks once more. */
export function voteButtons({ incidentId, evidenceDigest, brief }: ShownRequest): KnownBlock {
  const value = `${incidentId}#${evidenceDigest.slice(0, DIGEST_CHARACTERS)}`;
  const yes = `Loss: ${brief.loss} ${brief.yes.join(' ')}`;
  return {
    type: 'actions',
    elements: [
      button({ action_id: 'approve', label: 'Approve', style: 'primary', value, effect: yes }),
      button({
        ...{ action_id: 'reject', label: 'Reject', style: 'danger', value },
        effect: brief.no.join(' '),
      }),
    ],
  };
}

/** Slack's limits: 75 characters on a button; 100, 300 and 30 in the dialog. */
function button(parts: {
  readonly action_id: 'approve' | 'reject';
  readonly label: string;
  readonly style: 'primary' | 'danger';
  readonly value: string;
  readonly effect: string;
}): Button {
  const { action_id, label, style, value, effect } = parts;
  return {
    type: 'button',
    action_id,
    text: plain(label, 75),
    value,
    style,
    confirm: {
      title: plain(`${label}?`, 100),
      text: plain(effect, 300),
      confirm: plain(label, 30),
      deny: plain('Back', 30),
      style,
    },
  };
}
