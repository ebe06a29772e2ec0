import { describe, expect, it } from '@jest/globals';
import type { BaselineFacts } from '../../../core/drift/baseline.ts';
import { baselineRules } from '../../../core/drift/baseline.ts';
import { decide } from '../../../core/rules.ts';

const last = { incidentId: 'shop-2' };
const promoted = { ...last, promotedAt: '2026-10-02T17:00:00.000Z' };
const facts: BaselineFacts = {
  lock: last,
  named: undefined,
  outcome: undefined,
  hasPromoted: false,
};

describe('whose snapshots say how things were before', () => {
  it.each<[string, Partial<BaselineFacts>, string, string]>([
    ['an incident was named', { named: 'shop-1', lock: promoted }, 'use', 'named'],
    ['no incident is known', { lock: undefined }, 'none', 'no-incident'],
    ['the last one promoted', { lock: promoted, hasPromoted: true }, 'use', 'promoted'],
    [
      'one before the last promoted, and the last put everything back',
      { lock: promoted, outcome: 'stoodDown' },
      'unknown',
      'promoted-before',
    ],
    ...['stoodDown', 'rejected', 'expired', 'prepared', 'reconciled', 'unreconciled'].map(
      (outcome): [string, Partial<BaselineFacts>, string, string] => [
        `one before the last promoted, and the last ended as ${outcome}`,
        { lock: { ...promoted, promotedBy: 'shop-1' }, outcome },
        'usePromoter',
        'put-back-since',
      ],
    ),
    [
      'one before the last promoted, and the last failed',
      { lock: { ...promoted, promotedBy: 'shop-1' }, outcome: 'failed' },
      'unknown',
      'promoted-before',
    ],
    [
      'one before the last promoted, and the last runs',
      { lock: { ...promoted, promotedBy: 'shop-1' } },
      'unknown',
      'promoted-before',
    ],
    [
      'the last made a replica, and nothing was promoted',
      { outcome: 'prepared' },
      'none',
      'put-back',
    ],
    ['the last stood down', { outcome: 'stoodDown' }, 'none', 'put-back'],
    ['the last was rejected', { outcome: 'rejected' }, 'none', 'put-back'],
    ['the last expired', { outcome: 'expired' }, 'none', 'put-back'],
    ['the last failed', { outcome: 'failed' }, 'use', 'not-put-back'],
    ['the last runs', {}, 'use', 'not-put-back'],
    ['the last ended as nobody knows', { outcome: 'somehow' }, 'use', 'not-put-back'],
  ])('when %s', (_case, changes, outcome, ruleId) => {
    expect(decide(baselineRules, { ...facts, ...changes })).toMatchObject({ outcome, ruleId });
  });
});
