import * as z from 'zod';
import { InvalidInputError } from '../../core/errors.ts';
import type { CloudFormationResource } from './policy.ts';

/** All inline policies of a role together, white space aside (IAM User Guide, quotas). */
export const MOST_POLICY_CHARACTERS = 10_240;

/** As long as what a reference to a resource of the stack becomes may get: its name is not known. */
const REFERENCE = 'r'.repeat(100);
const STACK_NAME = 's'.repeat(40);
const ACCOUNT = '1'.repeat(12);

const Role = z.object({
  Type: z.literal('AWS::IAM::Role'),
  Properties: z.object({ Policies: z.array(z.object({ PolicyDocument: z.unknown() })) }),
});
const Sub = z.strictObject({ 'Fn::Sub': z.string() });
const Reference = z.union([
  z.strictObject({ 'Fn::GetAtt': z.unknown() }),
  z.strictObject({ Ref: z.unknown() }),
]);

/** How many characters of policy IAM counts for a role, about; 0 for what is no role. */
export function policyCharacters(resource: CloudFormationResource, region: string): number {
  const role = Role.safeParse(resource);
  if (!role.success) return 0;
  const documents = role.data.Properties.Policies.map(({ PolicyDocument }) => PolicyDocument);
  const text = JSON.stringify(documents, (_, value: unknown) => resolved(value, region));
  return text.replaceAll(/\s/g, '').length - '[]'.length;
}

function resolved(value: unknown, region: string): unknown {
  if (Reference.safeParse(value).success) return REFERENCE;
  const sub = Sub.safeParse(value);
  return sub.success ? substitute(sub.data['Fn::Sub'], region) : value;
}

function substitute(text: string, region: string): string {
  const known: Readonly<Record<string, string>> = {
    'AWS::Partition': partitionOf(region),
    'AWS::Region': region,
    'AWS::AccountId': ACCOUNT,
    'AWS::StackName': STACK_NAME,
  };
  return text.replaceAll(/\$\{([^}]+)\}/g, (_, name: string) => known[name] ?? REFERENCE);
}

function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

/**
 * Says before a deployment what IAM would say in the midst of it.
 * @throws InvalidInputError naming each role that would be too large, and what to do
 */
export function refuseLargeRoles(
  resources: Readonly<Record<string, CloudFormationResource>>,
  region: string,
  plans: number,
): void {
  const lines = Object.entries(resources).flatMap(([id, resource]) => {
    const size = policyCharacters(resource, region);
    return size > MOST_POLICY_CHARACTERS ? [`${id}: about ${size} characters of policy`] : [];
  });
  if (lines.length === 0) return;
  const advice =
    plans > 1
      ? 'Deploy the plans in several stacks: FAILOVER_PLANS names the files of each, and --stage its name.'
      : 'The plan names too many resources for one role: split it in two.';
  throw new InvalidInputError(
    `IAM takes ${MOST_POLICY_CHARACTERS} characters for a role, and this is more, for ${plans} plans:\n` +
      `${lines.join('\n')}\n${advice}`,
  );
}
