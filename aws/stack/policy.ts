import type { IamStatement } from '../drivers/driver.ts';

/** A resource of a CloudFormation template. */
export interface CloudFormationResource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

/** A function writes to its own log group, which the stack creates. */
export function writeLogs(name: string): Record<string, unknown> {
  return {
    Effect: 'Allow',
    Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    Resource: { 'Fn::Sub': `\${${name}LogGroup.Arn}` },
  };
}

/** A role for one service, with these statements and nothing else. */
export function role(principal: string, statements: readonly unknown[]): CloudFormationResource {
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
export function render(
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
