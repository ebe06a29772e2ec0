import type { IamStatement } from '../drivers/driver.ts';
import type { PlanIam } from '../drivers/iam.ts';

/** A resource in the stack itself, as CloudFormation refers to it. */
export interface StackStatement {
  readonly actions: readonly string[];
  readonly resource: unknown;
}

/** What a function may do. */
export interface Needs {
  readonly stack: readonly StackStatement[];
  readonly plan: (iam: PlanIam) => readonly IamStatement[];
  /** What reconciliations need besides: only of a plan that has that section. */
  readonly reconciles?: (iam: PlanIam) => readonly IamStatement[];
  /** What keeping slots needs besides: only of a plan that wants it. */
  readonly keeps?: (iam: PlanIam) => readonly IamStatement[];
  /** What switchovers need besides, both ways: only of a plan that says what the way back needs. */
  readonly moves?: (there: PlanIam, back: PlanIam) => readonly IamStatement[];
}

export const table = (...actions: string[]): StackStatement => ({
  actions: actions.map((action) => `dynamodb:${action}`),
  resource: { 'Fn::GetAtt': ['IncidentTable', 'Arn'] },
});
export const readSwitch: StackStatement = {
  actions: ['ssm:GetParameter'],
  resource: {
    'Fn::Sub':
      'arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/${AWS::StackName}/switch/*',
  },
};
/** What the function could not handle goes there, by Lambda itself and in the role's name. */
export const leaveBehind: StackStatement = {
  actions: ['sqs:SendMessage'],
  resource: { 'Fn::GetAtt': ['DeadLetterQueue', 'Arn'] },
};
export const writeReport: StackStatement = {
  actions: ['s3:PutObject'],
  resource: { 'Fn::Sub': '${ReportBucket.Arn}/incidents/*' },
};
/** Reports of what an old primary held: values of rows are in them. */
export const reports = (...actions: string[]): StackStatement => ({
  actions: actions.map((action) => `s3:${action}`),
  resource: { 'Fn::Sub': '${ReportBucket.Arn}/reconciliations/*' },
});
/**
 * S3 says that an object is missing only to who may list its bucket; anybody else is denied. A
 * condition on the prefix would not hold: a request for an object names none. Only names are seen.
 */
export const tellMissingReport: StackStatement = {
  actions: ['s3:ListBucket'],
  resource: { 'Fn::GetAtt': ['ReportBucket', 'Arn'] },
};
const machineArn = (machine: string) => ({
  'Fn::Sub': `arn:\${AWS::Partition}:states:\${AWS::Region}:\${AWS::AccountId}:stateMachine:\${AWS::StackName}-${machine}`,
});
// The task token belongs to a machine of ours; the ARN cannot be a reference, which would be a circle.
export const answerTask: StackStatement = {
  actions: ['states:SendTaskSuccess'],
  resource: [machineArn('failover'), machineArn('switchover'), machineArn('reconcile')],
};
/** The watch starts it, and looks whether it has begun. */
export const startReconciliation: readonly StackStatement[] = [
  { actions: ['states:StartExecution'], resource: { Ref: 'Reconcile' } },
  {
    actions: ['states:DescribeExecution'],
    resource: {
      'Fn::Sub':
        'arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:execution:${AWS::StackName}-reconcile:return-*',
    },
  },
];

/** The event source mapping reads the stream in the function's name. */
export const readStream: StackStatement = {
  actions: ['dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:DescribeStream'],
  resource: { 'Fn::GetAtt': ['IncidentTable', 'StreamArn'] },
};
// Listing streams knows no resource narrower than every stream of the table.
export const listStreams: StackStatement = {
  actions: ['dynamodb:ListStreams'],
  resource: { 'Fn::Sub': '${IncidentTable.Arn}/stream/*' },
};

export const readLinkSecret: StackStatement = {
  actions: ['secretsmanager:GetSecretValue'],
  resource: { Ref: 'LinkSecret' },
};

/**
 * The statements without some actions. Drivers say what they read and change; a function that
 * only does, or only undoes, gets less.
 */
export function except(
  statements: readonly IamStatement[],
  ...left: readonly string[]
): IamStatement[] {
  return statements
    .map((each) => ({ ...each, actions: each.actions.filter((action) => !left.includes(action)) }))
    .filter(({ actions }) => actions.length > 0);
}

/** What the watch does not do with a fence: open it, or send clients elsewhere. */
export const shut = [
  'ec2:AuthorizeSecurityGroupIngress',
  's3:DeleteObject',
  'autoscaling:SuspendProcesses',
  's3:PutObject',
  'route53:ChangeResourceRecordSets',
] as const;
