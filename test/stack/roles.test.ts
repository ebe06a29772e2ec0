import { beforeAll, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { kebab } from './names.ts';
import { play } from '../lab/virtual/scene.ts';
import { substitute } from '../../lab/substitute.ts';
import type { Deployed } from './scenes.ts';
import { deployments, scenesOf } from './scenes.ts';
import { neededBy } from './permissions.ts';
import { allows, Statement } from './policy.ts';
import { needs } from '../../aws/stack/needs.ts';

const Role = z.object({
  Policies: z.tuple([z.object({ PolicyDocument: z.object({ Statement: z.array(Statement) }) })]),
});

/** The statements of each function's role. */
function rolesOf({ template, plan }: Deployed): Map<string, Statement[]> {
  const { resources } = substitute(template, plan.regions.standby);
  return new Map(
    Object.keys(needs).map((name) => {
      const { Policies } = Role.parse(resources.get(`${name}Role`)?.properties);
      return [kebab(name), Policies[0].PolicyDocument.Statement];
    }),
  );
}

/** Granted for what Lambda does itself, and not by a call of our code. */
const byLambda =
  /^(logs|xray|sqs|dynamodb:(ListStreams|DescribeStream|GetRecords|GetShardIterator)$)/;

const refused = new Set<string>();
const granted = new Set<string>();
const used = new Set<string>();

beforeAll(async () => {
  for (const deployed of await deployments()) {
    const roles = rolesOf(deployed);
    for (const [name, statements] of roles) {
      const actions = statements.flatMap(({ Action }) => Action);
      for (const action of actions) if (!byLambda.test(action)) granted.add(`${name} ${action}`);
    }
    for (const scene of scenesOf(deployed)) {
      const { calls } = await play(scene);
      for (const call of calls) {
        if (call.functionName === undefined) continue;
        for (const needed of neededBy(call)) {
          used.add(`${call.functionName} ${needed.action}`);
          if (!allows(roles.get(call.functionName) ?? [], needed)) {
            refused.add(`${call.functionName} ${needed.action} on ${needed.resource}`);
          }
        }
      }
    }
  }
}, 240_000);

describe('the roles of the functions', () => {
  it('allow every call that the functions make', () => {
    expect([...refused].toSorted()).toStrictEqual([]);
  });

  it('allow no action that no function calls', () => {
    expect([...granted].filter((each) => !used.has(each)).toSorted()).toStrictEqual([]);
  });
});
