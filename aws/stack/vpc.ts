import { InvalidInputError } from '../../core/errors.ts';
import type { IamStatement } from '../drivers/driver.ts';
import type { Plan } from '../plan.ts';
import type { CloudFormationResource } from './policy.ts';

/** Functions that open sessions with databases. */
const openSessions = [
  ...['AssessReadiness', 'CatchUp', 'CompareDatabase', 'ApplyWrites', 'OnKeeperSchedule'],
];

/** A network in which functions run. */
export interface Vpc {
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
}

/**
 * The network from which both Regions' databases are reached: `FAILOVER_SUBNETS` and
 * `FAILOVER_SECURITY_GROUPS` list ids of the stack's Region. Undefined without them: the functions
 * run outside of every VPC then.
 * @throws InvalidInputError if one of the two is missing, or holds something else
 */
export function readVpc(environment: NodeJS.ProcessEnv): Vpc | undefined {
  const subnets = listOf(environment, 'FAILOVER_SUBNETS', /^subnet-[0-9a-f]{8,17}$/);
  const groups = listOf(environment, 'FAILOVER_SECURITY_GROUPS', /^sg-[0-9a-f]{8,17}$/);
  if (subnets.length === 0 && groups.length === 0) return undefined;
  if (subnets.length === 0 || groups.length === 0)
    throw new InvalidInputError(
      'Found one of FAILOVER_SUBNETS and FAILOVER_SECURITY_GROUPS; expected both, or neither.',
    );
  return { subnets, securityGroups: groups };
}

/** What the framework merges into the functions that it packs. */
export function functionsIn(vpc: Vpc | undefined): Record<string, CloudFormationResource> {
  if (vpc === undefined) return {};
  const VpcConfig = { SubnetIds: vpc.subnets, SecurityGroupIds: vpc.securityGroups };
  return Object.fromEntries(
    openSessions.map((name) => [
      `${name}LambdaFunction`,
      { Type: 'AWS::Lambda::Function', Properties: { VpcConfig } },
    ]),
  );
}

/** What Lambda does in the function's name where it runs in a VPC. */
export function networkStatements(name: string, vpc: Vpc | undefined): readonly IamStatement[] {
  if (vpc === undefined || !openSessions.includes(name)) return [];
  return [
    {
      actions: [
        'ec2:CreateNetworkInterface',
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeSubnets',
        'ec2:DeleteNetworkInterface',
        'ec2:AssignPrivateIpAddresses',
        'ec2:UnassignPrivateIpAddresses',
      ],
      resources: ['*'],
      because: 'Lambda makes network interfaces that nobody can name beforehand.',
    },
  ];
}

/** What whoever packs the stack should know: it starts sessions that may reach no database. */
export function networkWarnings(plans: readonly Plan[], vpc: Vpc | undefined): string[] {
  const alone = plans.filter(
    ({ reconciliation }) =>
      reconciliation?.start === 'automatic' || reconciliation?.keepSlot === true,
  );
  if (vpc !== undefined || alone.length === 0) return [];
  return [
    `FAILOVER_SUBNETS is not set, and ${alone.map(({ name }) => name).join(', ')} wants its ` +
      'reconciliation started, or its slots kept, by itself: that runs outside of every VPC, and fails ' +
      'unless both databases have addresses on the Internet. Set it and FAILOVER_SECURITY_GROUPS, or ' +
      'start: manual and keepSlot: false.',
  ];
}

function listOf(environment: NodeJS.ProcessEnv, name: string, form: RegExp): string[] {
  const items = (environment[name] ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
  const strange = items.find((item) => !form.test(item));
  if (strange === undefined) return items;
  throw new InvalidInputError(
    `${name}: found "${strange}"; expected ids with commas between them.`,
  );
}
