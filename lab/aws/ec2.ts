import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import type { Place } from '../world/place.ts';
import { placeIn } from '../world/world.ts';
import type { CallContext, Service } from './service.ts';
import { modelled, serviceError } from './service.ts';

const Rule = z.object({
  SecurityGroupRuleId: z.string(),
  IpProtocol: z.string(),
  FromPort: z.int().optional(),
  ToPort: z.int().optional(),
});

/** EC2 security groups: without an ingress rule, nobody reaches the old primary's database. */
export const ec2: Service = {
  ...modelled(
    'DescribeSecurityGroupsCommand',
    z.strictObject({ GroupIds: z.array(z.string()) }),
    ({ GroupIds }, context) => {
      for (const id of GroupIds) rulesOf(id, context);
      return { SecurityGroups: GroupIds.map((GroupId) => ({ GroupId })) };
    },
  ),

  ...modelled(
    'DescribeSecurityGroupRulesCommand',
    z.strictObject({
      Filters: z.tuple([
        z.strictObject({ Name: z.literal('group-id'), Values: z.tuple([z.string()]) }),
      ]),
      MaxResults: z.int().optional(),
      NextToken: z.undefined().optional(),
    }),
    ({ Filters: [filter] }, context) => ({
      SecurityGroupRules: structuredClone(rulesOf(filter.Values[0], context)),
    }),
  ),

  ...modelled(
    'RevokeSecurityGroupIngressCommand',
    z.strictObject({ GroupId: z.string(), SecurityGroupRuleIds: z.array(z.string()) }),
    ({ GroupId, SecurityGroupRuleIds }, context) => {
      const rules = rulesOf(GroupId, context);
      const left = rules.filter(
        (rule) => !SecurityGroupRuleIds.includes(Rule.parse(rule).SecurityGroupRuleId),
      );
      if (left.length + SecurityGroupRuleIds.length !== rules.length) {
        throw serviceError('InvalidSecurityGroupRuleId.NotFound', 'A rule does not exist.');
      }
      rules.splice(0, rules.length, ...left);
      context.world.physics.fence(rules.length === 0, placeOf(context));
      return { Return: true };
    },
  ),

  ...modelled(
    'AuthorizeSecurityGroupIngressCommand',
    z.strictObject({
      GroupId: z.string(),
      IpPermissions: z.array(
        z.strictObject({
          IpProtocol: z.string().optional(),
          FromPort: z.int().optional(),
          ToPort: z.int().optional(),
          IpRanges: z
            .array(z.strictObject({ CidrIp: z.string(), Description: z.string().optional() }))
            .optional(),
        }),
      ),
    }),
    ({ GroupId, IpPermissions }, context) => {
      const rules = rulesOf(GroupId, context);
      for (const { IpRanges = [], ...permission } of IpPermissions) {
        for (const { CidrIp, Description } of IpRanges) {
          const same = { ...permission, CidrIpv4: CidrIp };
          if (rules.some((each) => isSameRule(each, same)))
            throw serviceError('InvalidPermission.Duplicate', 'The rule already exists.');
          const SecurityGroupRuleId = `sgr-${String(rules.length).padStart(17, '0')}`;
          const rule = { SecurityGroupRuleId, GroupId, IsEgress: false, ...permission };
          rules.push({ ...rule, CidrIpv4: CidrIp, Description });
        }
      }
      context.world.physics.fence(rules.length === 0, placeOf(context));
      return { Return: true };
    },
  ),
};

/** EC2 looks at protocol, ports and source; a description makes no other rule. */
function isSameRule(rule: object, other: object): boolean {
  const [one, two] = [rule, other].map((each) =>
    ['IpProtocol', 'FromPort', 'ToPort', 'CidrIpv4'].map((name): unknown =>
      Reflect.get(each, name),
    ),
  );
  return isDeepStrictEqual(one, two);
}

function placeOf({ world, region }: CallContext): Place {
  return placeIn(world.plan, region);
}

function rulesOf(groupId: string, context: CallContext): object[] {
  const { ingress, back } = context.world;
  const rules = (placeOf(context) === 'primary' ? ingress : back.ingress).get(groupId);
  if (rules !== undefined) return rules;
  throw serviceError('InvalidGroup.NotFound', `The security group ${groupId} does not exist.`);
}
