import { describe, expect, it } from '@jest/globals';
import { decide } from '../../../core/rules.ts';
import type { RequestFacts } from '../../../core/switchover/request.ts';
import { requestRules } from '../../../core/switchover/request.ts';
import type { Case } from '../support.ts';
import { outcomes, rowOf, unreached } from '../support.ts';

const asked: RequestFacts = {
  request: { plan: 'orders', to: 'eu-west-1' },
  deployed: ['orders', 'users'],
  regions: ['eu-west-1', 'eu-central-1'],
  isReversible: true,
};

const cases: Case<RequestFacts>[] = [
  ['plan-not-deployed', { deployed: ['users'], regions: [], isReversible: false }],
  ['plan-not-deployed', { deployed: [], regions: [], isReversible: false }],
  ['region-of-no-side', { request: { plan: 'orders', to: 'us-east-1' } }],
  ['region-of-no-side', { request: { plan: 'orders', to: 'us-east-1' }, isReversible: false }],
  ['no-way-back', { isReversible: false }],
  ['of-this-stack', {}],
  ['of-this-stack', { request: { plan: 'orders', to: 'eu-central-1' } }],
];

describe('requestRules', () => {
  it.each(cases)('decides by %s: %j', (row, change) => {
    expect(rowOf(requestRules, asked)(change)).toBe(row);
  });

  it('reaches every row, and keeps its outcomes', () => {
    expect(unreached(requestRules, cases)).toEqual([]);
    expect(outcomes(requestRules)).toEqual([
      'plan-not-deployed -> decline',
      'region-of-no-side -> decline',
      'no-way-back -> decline',
      'of-this-stack -> read',
    ]);
  });

  it('says what is there instead', () => {
    expect(decide(requestRules, { ...asked, deployed: ['users'] }).why).toContain(
      'Found the plan orders; deployed are: users.',
    );
    const request = { plan: 'orders', to: 'us-east-1' };
    expect(decide(requestRules, { ...asked, request }).why).toContain(
      'plan orders has eu-west-1 and eu-central-1.',
    );
  });
});
