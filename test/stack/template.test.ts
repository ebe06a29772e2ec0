import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import * as z from 'zod';
import { needs } from '../../aws/stack/needs.ts';
import { allStates } from '../../lab/asl/definition.ts';
import { parseStateMachine } from '../../lab/asl/parse.ts';
import { substitute } from '../../lab/substitute.ts';
import type { Substituted } from '../../lab/substitute.ts';
import { packTemplate } from '../../lab/template.ts';
import { drillPlanFile, shopPlanFile } from '../lab/virtual/scene.ts';

const Statements = z.array(
  z.object({
    Sid: z.string().optional(),
    Action: z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat()),
    Resource: z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat()),
  }),
);
const Role = z.object({
  Policies: z.array(z.object({ PolicyDocument: z.object({ Statement: Statements }) })),
});
const Lambda = z.object({
  FunctionName: z.string(),
  Role: z.string(),
  Runtime: z.string(),
  Architectures: z.array(z.string()),
  Timeout: z.int(),
  TracingConfig: z.object({ Mode: z.string() }),
});

const stacks = {
  'the shop': shopPlanFile,
  'the drill': drillPlanFile,
  'both in one stack': `${shopPlanFile},${drillPlanFile}`,
};
const packed = new Map<string, Map<string, Substituted>>();
beforeAll(async () => {
  for (const [name, files] of Object.entries(stacks)) {
    packed.set(name, substitute(await packTemplate(files), 'eu-central-1').resources);
  }
}, 60_000);

function resources(stack: string): Map<string, Substituted> {
  return packed.get(stack) ?? new Map<string, Substituted>();
}

function ofType(stack: string, type: string): [string, Substituted][] {
  return [...resources(stack)].filter(([, each]) => each.type === type);
}

function properties(stack: string, id: string): Readonly<Record<string, unknown>> {
  return resources(stack).get(id)?.properties ?? {};
}

const names = Object.keys(stacks);
const root = join(import.meta.dirname, '..', '..');

describe.each(names)('the roles of %s', (stack) => {
  const policies = () =>
    ofType(stack, 'AWS::IAM::Role').map(([id, { properties: role }]) => ({
      id,
      statements: Role.parse(role).Policies.flatMap((each) => each.PolicyDocument.Statement),
    }));

  it('never allow every action', () => {
    const wide = policies().flatMap(({ id, statements }) =>
      statements.flatMap(({ Action }) => Action.filter((one) => one.includes('*')).map(() => id)),
    );
    expect(policies()).not.toStrictEqual([]);
    expect(wide).toStrictEqual([]);
  });

  it('explain each * as a resource in a Sid', () => {
    const silent = policies().flatMap(({ id, statements }) =>
      statements
        .filter(({ Resource, Sid = '' }) => Resource.includes('*') && Sid.length < 20)
        .map(({ Action }) => `${id}: ${Action.join()}`),
    );
    expect(silent).toStrictEqual([]);
  });

  it('have Sids that IAM takes: alphanumeric, unique in their policy', () => {
    for (const { statements } of policies()) {
      const sids = statements.flatMap(({ Sid }) => Sid ?? []);
      expect(sids.filter((sid) => !/^[A-Za-z0-9]+$/.test(sid))).toStrictEqual([]);
      expect(new Set(sids).size).toBe(sids.length);
    }
  });
});

describe('the roles of a stack', () => {
  const text = (stack: string) =>
    JSON.stringify(ofType(stack, 'AWS::IAM::Role').map(([, role]) => role.properties));
  it.each([
    ['the shop', ['shop-orders-replica', 'service/shop/web', 'shop-on-call'], ['orders-standby']],
    ['the drill', ['orders-standby', 'orders-web', 'orders-oncall'], ['shop-orders-replica']],
    ['both in one stack', ['orders-standby', 'shop-orders-replica'], []],
  ])('of %s name what its plans name, and nothing of another plan', (stack, own, others) => {
    for (const name of own) expect(text(stack)).toContain(name);
    for (const name of others) expect(text(stack)).not.toContain(name);
  });
});

describe('the functions', () => {
  const functions = () =>
    ofType('the shop', 'AWS::Lambda::Function').map(([id, { arn, properties: found }]) => {
      return { id, arn, ...Lambda.parse(found) };
    });

  it('are the steps, each with a role of its own', () => {
    const expected = Object.keys(needs).map((name) => `${name}LambdaFunction`);
    expect(
      functions()
        .map(({ id }) => id)
        .toSorted(),
    ).toStrictEqual(expected.toSorted());
    expect(new Set(functions().map(({ Role: role }) => role)).size).toBe(expected.length);
  });

  it('run on arm64 and Node 24, traced, with logs that end', () => {
    const groups = new Map(
      ofType('the shop', 'AWS::Logs::LogGroup').map(([, { properties: group }]) => [
        group['LogGroupName'],
        group['RetentionInDays'],
      ]),
    );
    for (const { FunctionName, Runtime, Architectures, TracingConfig } of functions()) {
      expect({ Runtime, Architectures }).toStrictEqual({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
      });
      expect(TracingConfig.Mode).toBe('Active');
      expect(groups.get(`/aws/lambda/${FunctionName}`)).toBe(90);
    }
  });

  it('time out before every state that waits for them', () => {
    const timeouts = new Map(functions().map(({ arn, Timeout }) => [arn, Timeout]));
    const states = ['Failover', 'Switchover'].flatMap((id) =>
      allStates(parseStateMachine(properties('the shop', id)['Definition'])),
    );
    const late = states.flatMap((state) => {
      if (state.Type !== 'Task' || typeof state.TimeoutSeconds !== 'number') return [];
      const seconds = timeouts.get(state.Resource) ?? Number.POSITIVE_INFINITY;
      return seconds < state.TimeoutSeconds ? [] : [`${state.name}: ${state.TimeoutSeconds}`];
    });
    expect(late).toStrictEqual([]);
  });
});

describe.each(['Failover', 'Switchover'])('the state machine %s', (id) => {
  const machine = async () => {
    const { Resources } = await packTemplate(shopPlanFile);
    return Resources[id]?.Properties ?? {};
  };

  it('is the YAML file: packing drops and changes nothing', async () => {
    const text = await readFile(
      join(root, 'statemachines', `${id.toLowerCase()}.asl.yaml`),
      'utf8',
    );
    const written: unknown = parse(text, { merge: true });
    expect((await machine())['Definition']).toStrictEqual(written);
  });

  it('substitutes each function that it calls, and nothing else', async () => {
    const found = await machine();
    const used = JSON.stringify(found['Definition']).matchAll(/\$\{([^}]+)\}/g);
    const wanted = [...new Set([...used].map(([, name]) => name))].toSorted();
    const given = z.record(z.string(), z.unknown()).parse(found['DefinitionSubstitutions']);
    expect(Object.keys(given).toSorted()).toStrictEqual(wanted);
  });

  it('keeps logs and traces', () => {
    expect(properties('the shop', id)).toMatchObject({
      StateMachineType: 'STANDARD',
      LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: true },
      TracingConfiguration: { Enabled: true },
    });
    expect(properties('the shop', `${id}LogGroup`)).toMatchObject({ RetentionInDays: 90 });
  });
});

describe('the rules', () => {
  const arnOf = (id: string) => resources('the shop').get(id)?.arn;

  it('start the machine for the alarms of the plans, and never late', () => {
    expect(properties('both in one stack', 'StartFailoverRule')).toMatchObject({
      EventPattern: {
        source: ['aws.cloudwatch'],
        'detail-type': ['CloudWatch Alarm State Change'],
        resources: [
          'arn:aws:cloudwatch:eu-central-1:111122223333:alarm:shop-primary-down',
          'arn:aws:cloudwatch:eu-central-1:111122223333:alarm:orders-primary-down',
        ],
        detail: {
          state: { value: ['ALARM'] },
          previousState: { value: [{ 'anything-but': 'ALARM' }] },
        },
      },
      Targets: [
        {
          Arn: arnOf('Failover'),
          RoleArn: arnOf('StartFailoverRole'),
          RetryPolicy: { MaximumEventAgeInSeconds: 300, MaximumRetryAttempts: 20 },
          DeadLetterConfig: { Arn: arnOf('DeadLetterQueue') },
        },
      ],
    });
  });

  it('hand every bad end to the notifier, which they may call', () => {
    expect(properties('the shop', 'ExecutionStatusRule')).toMatchObject({
      EventPattern: {
        detail: {
          stateMachineArn: [arnOf('Failover'), arnOf('Switchover'), arnOf('Reconcile')],
          status: ['FAILED', 'TIMED_OUT', 'ABORTED'],
        },
      },
      Targets: [
        {
          Arn: arnOf('OnExecutionStatusChangeLambdaFunction'),
          DeadLetterConfig: { Arn: arnOf('DeadLetterQueue') },
        },
      ],
    });
    expect(properties('the shop', 'ExecutionStatusPermission')).toMatchObject({
      Action: 'lambda:InvokeFunction',
      Principal: 'events.amazonaws.com',
      SourceArn: arnOf('ExecutionStatusRule'),
    });
  });

  it('leave what they cannot deliver in a queue that rings', () => {
    expect(properties('the shop', 'DeadLetterQueuePolicy')).toMatchObject({
      PolicyDocument: {
        Statement: [
          {
            Principal: { Service: 'events.amazonaws.com' },
            Action: 'sqs:SendMessage',
            Condition: {
              ArnEquals: {
                'aws:SourceArn': [arnOf('StartFailoverRule'), arnOf('ExecutionStatusRule')],
              },
            },
          },
        ],
      },
    });
    expect(properties('the shop', 'DeadLetterAlarm')).toMatchObject({
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Threshold: 1,
      AlarmActions: ['arn:aws:sns:eu-central-1:111122223333:shop-on-call'],
    });
    expect(properties('the shop', 'ExecutionStatusNotTold')).toMatchObject({
      DestinationConfig: { OnFailure: { Destination: arnOf('DeadLetterQueue') } },
    });
  });
});

describe('what the stack keeps', () => {
  it('is protected: the table from loss and deletion, the bucket from the public', () => {
    expect(properties('the shop', 'IncidentTable')).toMatchObject({
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      DeletionProtectionEnabled: true,
    });
    expect(properties('the shop', 'ReportBucket')).toMatchObject({
      VersioningConfiguration: { Status: 'Enabled' },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    });
  });

  it('is a bucket that is read over TLS only, and has what was deleted for 90 days', () => {
    const arn = resources('the shop').get('ReportBucket')?.arn ?? '';
    expect(properties('the shop', 'ReportBucketPolicy')).toMatchObject({
      PolicyDocument: {
        Statement: [
          {
            ...{ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: [arn, `${arn}/*`] },
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        ],
      },
    });
    // Versions that are current have no end: a report is the record of what happened.
    expect(properties('the shop', 'ReportBucket')['LifecycleConfiguration']).toStrictEqual({
      Rules: [
        {
          ...{ Id: 'forget-old-versions', Status: 'Enabled' },
          NoncurrentVersionExpiration: { NoncurrentDays: 90 },
          ExpiredObjectDeleteMarker: true,
        },
      ],
    });
  });

  it.each([
    ['the shop', ['shop']],
    ['both in one stack', ['orders', 'shop']],
  ])('has one kill switch a plan in %s, and it says running', (stack, plans) => {
    const switches = ofType(stack, 'AWS::SSM::Parameter')
      .map(([, { properties: found }]) => found)
      .filter(({ Name }) => String(Name).includes('/switch/'));
    const expected = plans.map((plan) => `/region-failover-dev/switch/${plan}`);
    expect(switches.map(({ Name }) => Name).toSorted()).toStrictEqual(expected);
    expect(switches.map(({ Value }) => Value)).toStrictEqual(plans.map(() => 'running'));
  });
});
