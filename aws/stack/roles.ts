import type { IamStatement } from '../drivers/driver.ts';
import { planIam } from '../drivers/iam.ts';
import type { Plan } from '../plan.ts';
import { isReversible, reversePlan } from '../reverse-plan.ts';
import { needs } from './needs.ts';
import { reconcileNeeds } from './reconcile-needs.ts';
import { switchoverNeeds } from './switchover-needs.ts';
import type { Vpc } from './vpc.ts';
import { networkStatements } from './vpc.ts';
import type { CloudFormationResource } from './policy.ts';
import { render, role, writeLogs } from './policy.ts';

type Resources = Record<string, CloudFormationResource>;

const trace: IamStatement = {
  actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
  resources: ['*'],
  because: 'X-Ray has no resource-level permissions for sending traces.',
};

/** A role for each function. Roles exist beforehand: IAM is a control plane in us-east-1. */
export function functionRoles(plans: readonly Plan[], vpc?: Vpc): Resources {
  return Object.fromEntries(
    Object.entries(needs).map(([name, { stack, plan, moves, reconciles, keeps }]) => [
      `${name}Role`,
      role('lambda.amazonaws.com', [
        writeLogs(name),
        ...stack.map(({ actions, resource }) => ({
          Effect: 'Allow',
          Action: actions,
          Resource: resource,
        })),
        ...merged([
          trace,
          ...networkStatements(name, vpc),
          ...plans.flatMap((each) => plan(planIam(each))),
          ...plans
            .filter(({ reconciliation }) => reconciliation !== undefined)
            .flatMap((each) => reconciles?.(planIam(each)) ?? []),
          ...plans
            .filter(({ reconciliation }) => reconciliation?.keepSlot === true)
            .flatMap((each) => keeps?.(planIam(each)) ?? []),
          ...plans.filter(isReversible).flatMap((each) => {
            return moves?.(planIam(each), planIam(reversePlan(each))) ?? [];
          }),
        ]).map(render),
      ]),
    ]),
  );
}

/** The state machines may invoke their functions, and deliver their logs and traces. */
export function machineRoles(): Resources {
  const isCalled = (name: string): boolean => !/^(On|FrontDoor$)/.test(name);
  const all = Object.keys(needs).filter(isCalled);
  const moving = Object.keys(switchoverNeeds);
  const reconciling = Object.keys(reconcileNeeds);
  const others = new Set([...moving, ...reconciling]);
  return {
    FailoverRole: machineRole(all.filter((name) => !others.has(name))),
    SwitchoverRole: machineRole([...moving, ...sharedSteps]),
    ReconcileRole: machineRole([...reconciling, 'JudgeApproval', 'RequestApproval']),
  };
}

/** Steps of the failover that a switchover takes as well. */
const sharedSteps = [
  'JudgeApproval',
  'RequestApproval',
  'WarmUpCompute',
  'CheckCapacity',
  'FencePrimary',
  'PromoteDatabase',
  'VerifyStandby',
  'SwitchRoute',
  'VerifyService',
  'StandDown',
];

function machineRole(names: readonly string[]): CloudFormationResource {
  return role('states.amazonaws.com', [
    {
      Effect: 'Allow',
      Action: ['lambda:InvokeFunction'],
      Resource: names.map((name) => ({ 'Fn::GetAtt': [`${name}LambdaFunction`, 'Arn'] })),
    },
    // Log delivery of Step Functions is granted for all log groups, or not at all.
    render({
      actions: [
        'logs:CreateLogDelivery',
        'logs:GetLogDelivery',
        'logs:UpdateLogDelivery',
        'logs:DeleteLogDelivery',
        'logs:ListLogDeliveries',
        'logs:PutResourcePolicy',
        'logs:DescribeResourcePolicies',
        'logs:DescribeLogGroups',
      ],
      resources: ['*'],
      because: 'CloudWatch Logs delivery has no resource-level permissions.',
    }),
    render({
      ...trace,
      actions: [...trace.actions, 'xray:GetSamplingRules', 'xray:GetSamplingTargets'],
    }),
  ]);
}

/** The rule may start the machine, and nothing else. */
export function ruleRole(): Resources {
  return {
    StartFailoverRole: role('events.amazonaws.com', [
      { Effect: 'Allow', Action: ['states:StartExecution'], Resource: { Ref: 'Failover' } },
    ]),
  };
}

/** One kill switch a plan. `running` lets the automation run; anything else pauses it. */
export function killSwitches(plans: readonly Plan[]): Resources {
  return Object.fromEntries(
    plans.map(({ name }) => [
      `${logicalName(name)}Switch`,
      {
        Type: 'AWS::SSM::Parameter',
        Properties: {
          Name: { 'Fn::Sub': `/\${AWS::StackName}/switch/${name}` },
          Type: 'String',
          Value: 'running',
          Description: `Kill switch of plan ${name}: anything but "running" pauses it.`,
        },
      },
    ]),
  );
}

/** `order-service` becomes `OrderService`. */
function logicalName(name: string): string {
  return name.replaceAll(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/**
 * One statement for the same actions on all resources, which allows what they allowed apart: IAM
 * limits the size of a role's policies, and plans differ by their resources only.
 */
function merged(statements: readonly IamStatement[]): IamStatement[] {
  const byRest = Map.groupBy(statements, ({ actions, condition, because }) =>
    JSON.stringify([actions, condition, because]),
  );
  return [...byRest.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const resources = [first, ...others].flatMap((each) => each.resources);
    return [{ ...first, resources: [...new Set(resources)] }];
  });
}
