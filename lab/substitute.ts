import * as z from 'zod';
import type { Template } from './template.ts';

/** A resource with every reference replaced by what it refers to. */
export interface Substituted {
  readonly type: string;
  /** The ARN of the resource in the lab's account. */
  readonly arn: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

const Attributes = z.record(z.string(), z.unknown());
const ACCOUNT = '111122223333';
const STACK = 'region-failover-dev';

/** Where a kind of resource lives in an ARN; only what the template refers to. */
const arnParts: Readonly<Record<string, readonly [service: string, prefix: string]>> = {
  'AWS::Lambda::Function': ['lambda', 'function:'],
  'AWS::StepFunctions::StateMachine': ['states', 'stateMachine:'],
  'AWS::DynamoDB::Table': ['dynamodb', 'table/'],
  'AWS::S3::Bucket': ['s3', ''],
  'AWS::SQS::Queue': ['sqs', ''],
  'AWS::Logs::LogGroup': ['logs', 'log-group:'],
  'AWS::IAM::Role': ['iam', 'role/'],
  'AWS::Events::Rule': ['events', 'rule/'],
  'AWS::SecretsManager::Secret': ['secretsmanager', 'secret:'],
};

/** Kinds of resources of which `Ref` gives the ARN, not the name. */
const referenceIsArn = new Set([
  'AWS::StepFunctions::StateMachine',
  'AWS::SecretsManager::Secret',
  'AWS::Lambda::Url',
]);

/**
 * Does what CloudFormation does with `Ref`, `Fn::GetAtt` and `Fn::Sub`, and with the state
 * machine's DefinitionSubstitutions. A function that it does not know is an error.
 */
export function substitute(
  template: Template,
  region: string,
): { region: string; resources: Map<string, Substituted> } {
  const arnOf = (id: string): string => {
    const type = template.Resources[id]?.Type ?? '';
    const [service, prefix] = arnParts[type] ?? ['cloudformation', ''];
    // The ARN of a bucket names neither Region nor account, that of a role no Region.
    if (service === 's3') return `arn:aws:s3:::${STACK}-${id}`;
    const where = service === 'iam' ? '' : region;
    return `arn:aws:${service}:${where}:${ACCOUNT}:${prefix}${nameOf(id)}`;
  };
  // Policies know state machines by their names: a reference would be a circle.
  const nameOf = (id: string): string => {
    const given = template.Resources[id]?.Properties['StateMachineName'];
    return given === undefined ? `${STACK}-${id}` : String(resolve(given));
  };
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::Region': region,
    'AWS::AccountId': ACCOUNT,
    'AWS::Partition': 'aws',
    'AWS::StackName': STACK,
    'AWS::URLSuffix': 'amazonaws.com',
  };
  const reference = (name: string): string => {
    const [id = '', attribute] = name.split('.');
    if (pseudo[name] !== undefined) return pseudo[name];
    const type = template.Resources[id]?.Type;
    if (type === undefined) throw new Error(`Nothing is named ${name}.`);
    if (attribute === 'FunctionUrl')
      return `https://${id.toLowerCase()}.lambda-url.${region}.on.aws/`;
    const isArn = attribute === 'Arn' || referenceIsArn.has(type);
    return isArn ? arnOf(id) : `${STACK}-${id}`;
  };
  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    if (entries.length === 1) {
      const [key = '', argument] = entries[0] ?? [];
      if (key === 'Ref') return reference(String(argument));
      if (key === 'Fn::GetAtt') return reference(joined(argument));
      if (key === 'Fn::Sub' && typeof argument === 'string') return fill(argument, reference);
      if (key.startsWith('Fn::') && key !== 'Fn::Join') throw new Error(`Unmodelled: ${key}`);
    }
    return Object.fromEntries(entries.map(([key, item]) => [key, resolve(item)]));
  };
  const resources = new Map(
    Object.entries(template.Resources).map(([id, { Type, Properties }]) => {
      const properties = Attributes.parse(resolve(Properties));
      return [id, { type: Type, arn: arnOf(id), properties: withDefinition(properties) }];
    }),
  );
  return { region, resources };
}

const joined = (argument: unknown): string =>
  Array.isArray(argument) ? argument.map(String).join('.') : String(argument);

function fill(text: string, reference: (name: string) => string): string {
  return text.replaceAll(/\$\{([^!}][^}]*)\}/g, (_, name: string) => reference(name));
}

/** Puts the substitutions into the definition of a state machine. */
function withDefinition(properties: Record<string, unknown>): Record<string, unknown> {
  const { Definition, DefinitionSubstitutions } = properties;
  if (Definition === undefined) return properties;
  const values = new Map(Object.entries(Attributes.parse(DefinitionSubstitutions ?? {})));
  const text = fill(JSON.stringify(Definition), (name) => {
    const value = values.get(name);
    if (typeof value !== 'string') throw new Error(`Nothing is substituted for ${name}.`);
    return value;
  });
  const definition: unknown = JSON.parse(text);
  return { ...properties, Definition: definition };
}
