import type { IamStatement } from '../drivers/driver.ts';
import type { PlanIam } from '../drivers/iam.ts';
import { planIam } from '../drivers/iam.ts';
import type { Plan } from '../plan.ts';

/** A resource of a CloudFormation template. */
export interface CloudFormationResource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

type Resources = Record<string, CloudFormationResource>;

/** A resource in the stack itself, as CloudFormation refers to it. */
interface StackStatement {
  readonly actions: readonly string[];
  readonly resource: unknown;
}

const table = (...actions: string[]): StackStatement => ({
  actions: actions.map((action) => `dynamodb:${action}`),
  resource: { 'Fn::GetAtt': ['IncidentTable', 'Arn'] },
});
const readSwitch: StackStatement = {
  actions: ['ssm:GetParameter'],
  resource: {
    'Fn::Sub':
      'arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/${AWS::StackName}/switch/*',
  },
};
const writeReport: StackStatement = {
  actions: ['s3:PutObject'],
  resource: { 'Fn::Sub': '${ReportBucket.Arn}/incidents/*' },
};
// The task token belongs to this machine; the ARN cannot be a reference, which would be a circle.
const answerTask: StackStatement = {
  actions: ['states:SendTaskSuccess'],
  resource: {
    'Fn::Sub':
      'arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:stateMachine:${AWS::StackName}-failover',
  },
};

interface Needs {
  readonly stack: readonly StackStatement[];
  readonly plan: (iam: PlanIam) => readonly IamStatement[];
}

const nothing = (): readonly IamStatement[] => [];

/** What each function may do: exactly what its step and the drivers of the plans call. */
export const needs: Readonly<Record<string, Needs>> = {
  OpenIncident: {
    stack: [table('GetItem', 'PutItem', 'UpdateItem'), readSwitch],
    plan: nothing,
  },
  Announce: { stack: [], plan: ({ notifications }) => notifications.change },
  ObserveOutage: { stack: [], plan: ({ detection }) => detection.read },
  ReobserveOutage: { stack: [readSwitch], plan: ({ detection }) => detection.read },
  AssessDataLoss: { stack: [], plan: ({ databases }) => [...databases.read, describeAlarms] },
  Authorize: {
    stack: [table('GetItem', 'PutItem'), readSwitch],
    plan: ({ databases }) => databases.read,
  },
  RequestApproval: {
    stack: [table('GetItem', 'PutItem'), answerTask],
    plan: ({ notifications }) => notifications.change,
  },
  WarmUpCompute: {
    stack: [table('GetItem', 'PutItem')],
    plan: ({ compute }) => [...compute.read, ...compute.change],
  },
  FencePrimary: {
    stack: [table('GetItem', 'PutItem'), readSwitch],
    plan: ({ fencing }) => [...fencing.read, ...fencing.change],
  },
  PromoteDatabase: {
    stack: [table('GetItem', 'PutItem', 'UpdateItem')],
    plan: ({ databases }) => [...databases.read, ...databases.change],
  },
  CheckCapacity: {
    stack: [table('GetItem', 'PutItem')],
    plan: ({ compute }) => [...compute.read, ...compute.change],
  },
  VerifyStandby: { stack: [], plan: ({ databases }) => databases.read },
  SwitchRoute: {
    stack: [table('GetItem', 'PutItem')],
    plan: ({ traffic }) => [...traffic.read, ...traffic.change],
  },
  VerifyService: { stack: [], plan: nothing },
  StandDown: {
    stack: [table('GetItem', 'PutItem')],
    plan: ({ fencing, compute }) => [
      ...fencing.read,
      ...fencing.change,
      ...compute.read,
      ...compute.change,
    ],
  },
  CloseIncident: {
    stack: [table('GetItem', 'PutItem', 'UpdateItem'), writeReport],
    plan: ({ notifications }) => notifications.change,
  },
  OnExecutionStatusChange: {
    stack: [table('GetItem', 'PutItem', 'UpdateItem')],
    plan: ({ notifications }) => notifications.change,
  },
};

const describeAlarms: IamStatement = {
  actions: ['cloudwatch:DescribeAlarms'],
  resources: ['*'],
  because: 'Composite alarms can only be described with the resource *.',
};

const trace: IamStatement = {
  actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
  resources: ['*'],
  because: 'X-Ray has no resource-level permissions for sending traces.',
};

/** A role for each function. Roles exist beforehand: IAM is a control plane in us-east-1. */
export function functionRoles(plans: readonly Plan[]): Resources {
  return Object.fromEntries(
    Object.entries(needs).map(([name, { stack, plan }]) => [
      `${name}Role`,
      role('lambda.amazonaws.com', [
        writeLogs(name),
        ...stack.map(({ actions, resource }) => ({
          Effect: 'Allow',
          Action: actions,
          Resource: resource,
        })),
        ...unique([trace, ...plans.flatMap((each) => plan(planIam(each)))]).map(render),
      ]),
    ]),
  );
}

/** The state machine may invoke its functions, and deliver its logs and traces. */
export function machineRole(): Resources {
  const names = Object.keys(needs).filter((name) => name !== 'OnExecutionStatusChange');
  return {
    FailoverRole: role('states.amazonaws.com', [
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
    ]),
  };
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

function writeLogs(name: string): Record<string, unknown> {
  return {
    Effect: 'Allow',
    Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    Resource: { 'Fn::Sub': `\${${name}LogGroup.Arn}` },
  };
}

function role(principal: string, statements: readonly unknown[]): CloudFormationResource {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { Service: principal }, Action: 'sts:AssumeRole' },
        ],
      },
      Policies: [
        {
          PolicyName: 'exactly-what-it-calls',
          PolicyDocument: { Version: '2012-10-17', Statement: statements },
        },
      ],
    },
  };
}

/** A statement as CloudFormation takes it; the reason for a `*` becomes its Sid. */
function render(
  { actions, resources, because, condition }: IamStatement,
  index = 0,
): Record<string, unknown> {
  return {
    ...(because === undefined ? {} : { Sid: `${sidOf(because)}${index}` }),
    Effect: 'Allow',
    Action: actions,
    Resource: resources.map((arn) => (arn === '*' ? arn : { 'Fn::Sub': arn })),
    ...(condition === undefined ? {} : { Condition: condition }),
  };
}

/** A Sid may hold letters and digits only: the sentence in camel case. */
function sidOf(because: string): string {
  return because
    .replaceAll('*', 'Star')
    .replaceAll(/[^A-Za-z0-9]+(.)?/g, (_, letter: string | undefined) =>
      (letter ?? '').toUpperCase(),
    )
    .slice(0, 100);
}

function unique(statements: readonly IamStatement[]): IamStatement[] {
  return [...new Map(statements.map((each) => [JSON.stringify(each), each])).values()];
}
