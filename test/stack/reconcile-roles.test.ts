import { describe, expect, it } from '@jest/globals';
import { functionRoles } from '../../aws/stack/roles.ts';
import { reconcilePlan } from '../functions/reconcile-bench.ts';

const plan = reconcilePlan();
const roles = functionRoles([plan]);
const textOf = (name: string): string => JSON.stringify(roles[`${name}Role`]);

describe('whoever fences an old primary once it is back', () => {
  it.each(['FenceOldPrimary', 'OnSchedule'])('%s may put up what keeps writes away', (name) => {
    expect(plan.fencing.map(({ kind }) => kind)).toContain('edge');
    expect(textOf(name)).toContain('ec2:RevokeSecurityGroupIngress');
    expect(textOf(name)).not.toContain('ec2:AuthorizeSecurityGroupIngress');
  });

  it('FenceOldPrimary has nothing to do with where clients are sent', () => {
    expect(textOf('FenceOldPrimary')).not.toMatch(/"(s3|route53):/);
  });
});

describe('ApplyWrites', () => {
  it('is told that a report is missing, and may list nothing else', () => {
    const listing = /"Action":\["s3:ListBucket"\],"Resource":([^}]*\})/.exec(textOf('ApplyWrites'));
    expect(listing?.[1]).toBe('{"Fn::GetAtt":["ReportBucket","Arn"]}');
    const others = Object.keys(roles).filter((name) => {
      return textOf(name.replace(/Role$/, '')).includes('"ReportBucket","Arn"');
    });
    expect(others).toEqual(['ApplyWritesRole']);
  });
});
