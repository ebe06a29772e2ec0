import { describe, expect, it } from '@jest/globals';
import { functionsIn, networkStatements, networkWarnings, readVpc } from '../../aws/stack/vpc.ts';
import { drillPlan } from '../functions/support.ts';

const subnets = 'subnet-0123456789abcdef0,subnet-0abc1234';
const groups = 'sg-0123456789abcdef0';
const vpc = readVpc({ FAILOVER_SUBNETS: subnets, FAILOVER_SECURITY_GROUPS: groups });

describe('the network of the stack refuses', () => {
  it.each([
    ['subnets without security groups', { FAILOVER_SUBNETS: subnets }, 'expected both'],
    ['security groups without subnets', { FAILOVER_SECURITY_GROUPS: groups }, 'expected both'],
    [
      'one of the two that is empty',
      { FAILOVER_SUBNETS: ' , ', FAILOVER_SECURITY_GROUPS: groups },
      'expected both',
    ],
    ...[
      'subnet-1',
      'SUBNET-0abc1234',
      'subnet-0abc1234;subnet-0abc1234',
      'vpc-0abc1234',
      groups,
    ].map((found): [string, object, string] => [
      `subnets that are none: ${found}`,
      { FAILOVER_SUBNETS: found, FAILOVER_SECURITY_GROUPS: groups },
      `FAILOVER_SUBNETS: found "${found}"; expected ids`,
    ]),
    [
      'one that is none among others',
      { FAILOVER_SUBNETS: subnets, FAILOVER_SECURITY_GROUPS: `${groups}, default` },
      'FAILOVER_SECURITY_GROUPS: found "default"',
    ],
  ])('%s', (_, environment, words) => {
    const read = () => readVpc({ ...environment });
    expect(read).toThrow(words);
    expect(read).toThrow(expect.objectContaining({ name: 'InvalidInputError' }));
  });
});

describe('the network of the stack', () => {
  it.each([{}, { FAILOVER_SUBNETS: '', FAILOVER_SECURITY_GROUPS: ' , ' }])(
    'is none where nothing is said: %j',
    (environment) => {
      expect(readVpc(environment)).toBeUndefined();
    },
  );

  it('is read with spaces and commas that are too many', () => {
    const given = {
      FAILOVER_SUBNETS: ` ${subnets.replace(',', ' , ')},`,
      FAILOVER_SECURITY_GROUPS: groups,
    };
    expect(readVpc(given)).toEqual(vpc);
    expect(vpc).toEqual({ subnets: subnets.split(','), securityGroups: [groups] });
  });

  it('is that of the functions that open sessions with databases, and of no others', () => {
    const VpcConfig = { SubnetIds: subnets.split(','), SecurityGroupIds: [groups] };
    const placed = { Type: 'AWS::Lambda::Function', Properties: { VpcConfig } };
    expect(functionsIn(vpc)).toEqual({
      ...{ AssessReadinessLambdaFunction: placed, CatchUpLambdaFunction: placed },
      ...{ CompareDatabaseLambdaFunction: placed, ApplyWritesLambdaFunction: placed },
      OnKeeperScheduleLambdaFunction: placed,
    });
    expect(functionsIn(undefined)).toEqual({});
  });

  it('lets Lambda make network interfaces for them, and for nobody else', () => {
    const actions = (name: string) => networkStatements(name, vpc).flatMap((each) => each.actions);
    expect(actions('CatchUp')).toContain('ec2:CreateNetworkInterface');
    expect(actions('AssessReadiness')).toEqual(actions('CatchUp'));
    expect(actions('PromoteDatabase')).toEqual([]);
    expect(networkStatements('CatchUp', undefined)).toEqual([]);
  });
});

describe('packing warns', () => {
  const automatic = drillPlan({ reconciliation: { start: 'automatic' } });
  const manual = drillPlan({ reconciliation: { start: 'manual' } });

  it('of a reconciliation that starts by itself, and may reach no database', () => {
    expect(networkWarnings([manual, automatic], undefined)).toEqual([
      expect.stringContaining('FAILOVER_SUBNETS is not set, and orders wants'),
    ]);
  });

  it.each([
    ['there is a network', [automatic], vpc],
    ['somebody starts it', [manual], undefined],
    ['there is none in the plan', [drillPlan({ reconciliation: undefined })], undefined],
  ])('of nothing where %s', (_, plans, network) => {
    expect(networkWarnings(plans, network)).toEqual([]);
  });
});
