import { describe, expect, it } from '@jest/globals';
import { driftLines } from '../../../core/drift/lines.ts';
import { differenceOf, differing } from './samples.ts';

const report = { plan: 'shop', incidentId: 'shop-1', why: 'It promoted.', readings: [] };

describe('the report of drift', () => {
  it('says each difference whole, then what was not read, then what did not drift', () => {
    const readings = [
      { what: 'group', outcome: 'same', why: 'As before.' } as const,
      { what: 'fence', outcome: 'unread', why: 'No answer.' } as const,
      differing('database', differenceOf('writer-at-risk')),
    ];
    expect(driftLines({ ...report, readings })).toEqual([
      'shop: 1 difference, 1 not read, 1 without drift',
      '  Before: incident shop-1. It promoted.',
      '  Terraform undoes at its next apply what its code says otherwise.',
      expect.stringContaining('  CloudFormation and CDK can, as soon as such a resource changes'),
      '',
      '1. database',
      '   Danger: the database that takes the writes is put at risk',
      '   Found: two',
      '   Before: one',
      '   Apply: One goes away.',
      '   Terraform',
      '     - tf',
      '   CloudFormation',
      '     - cfn',
      '   CDK',
      '     - cdk',
      '',
      'Not read: whether these drifted is not known',
      '  fence: No answer.',
      '',
      'Without drift',
      '  group: As before.',
    ]);
  });

  it('is short where nothing differs', () => {
    const readings = [{ what: 'group', outcome: 'same', why: 'As before.' } as const];
    expect(driftLines({ ...report, incidentId: undefined, readings })).toEqual([
      'shop: 0 differences, 0 not read, 1 without drift',
      '  Before: the plan. It promoted.',
      '',
      'Without drift',
      '  group: As before.',
    ]);
  });

  it('lets no word from AWS add a line or steer the terminal', () => {
    const hostile = 'rule\n1. all is well\u001b[2J';
    const found = differing('fence', differenceOf('second-writer', { found: hostile }));
    const lines = driftLines({ ...report, readings: [found] });
    expect(lines.join('\n')).not.toContain('\u001b');
    expect(lines).toContain('   Found: rule 1. all is well [2J');
  });
});
