import { beforeAll, describe, expect, it } from '@jest/globals';
import { substitute } from '../../lab/substitute.ts';
import type { Substituted } from '../../lab/substitute.ts';
import type { Template } from '../../lab/template.ts';
import { packTemplate } from '../../lab/template.ts';
import { shopPlanFile } from '../lab/virtual/scene.ts';

const FUNCTION = 'FrontDoorLambdaFunction';
const packed: { template?: Template; resources: ReadonlyMap<string, Substituted> } = {
  resources: new Map(),
};
beforeAll(async () => {
  packed.template = await packTemplate(shopPlanFile);
  packed.resources = substitute(packed.template, 'eu-central-1').resources;
}, 60_000);

const of = (type: string) => [...packed.resources.values()].filter((each) => each.type === type);
const variablesOf = (id: string): unknown => packed.resources.get(id)?.properties['Environment'];

/** What a resource of the template refers to, at any depth. */
function refersTo(id: string): string[] {
  const text = JSON.stringify(packed.template?.Resources[id] ?? {});
  const names = Object.keys(packed.template?.Resources ?? {});
  return names.filter((name) => name !== id && text.includes(`"${name}"`));
}

describe('The front door', () => {
  it('is the one function with a URL, which anybody may call', () => {
    const arn = packed.resources.get(FUNCTION)?.arn;
    const urls = of('AWS::Lambda::Url').map(({ properties }) => properties);
    expect(urls).toEqual([expect.objectContaining({ AuthType: 'NONE', TargetFunctionArn: arn })]);
  });

  it('has both permissions that a URL needs since October 2025, and no other', () => {
    const arn = packed.resources.get(FUNCTION)?.arn;
    const permissions = of('AWS::Lambda::Permission')
      .map(({ properties }) => properties)
      .filter(({ FunctionName }) => FunctionName === arn);
    expect(permissions).toEqual([
      {
        FunctionName: arn,
        Action: 'lambda:InvokeFunctionUrl',
        Principal: '*',
        FunctionUrlAuthType: 'NONE',
      },
      {
        FunctionName: arn,
        Action: 'lambda:InvokeFunction',
        Principal: '*',
        InvokedViaFunctionUrl: true,
      },
    ]);
  });

  it('takes no more than its share when it is flooded', () => {
    expect(packed.resources.get(FUNCTION)?.properties).toMatchObject({
      ReservedConcurrentExecutions: 5,
      Timeout: 10,
    });
  });

  it('is not told its own URL, which would be a circle', () => {
    expect(refersTo(FUNCTION)).not.toContain('FrontDoorLambdaFunctionUrl');
    expect(variablesOf(FUNCTION)).not.toHaveProperty('Variables.FRONT_DOOR_URL');
  });

  it('is known, with the key of its links, to who writes links, and to nobody else', () => {
    const keyed = of('AWS::Lambda::Function').map(({ properties }) => properties);
    const knows = (name: string) =>
      [...packed.resources].flatMap(([id]) =>
        JSON.stringify(variablesOf(id) ?? {}).includes(name) ? [id] : [],
      );
    expect(keyed.length).toBeGreaterThan(10);
    expect(knows('FRONT_DOOR_URL')).toEqual(['RequestApprovalLambdaFunction']);
    expect(knows('LINK_SECRET').toSorted()).toEqual([FUNCTION, 'RequestApprovalLambdaFunction']);
    expect(variablesOf('RequestApprovalLambdaFunction')).toMatchObject({
      Variables: {
        FRONT_DOOR_URL: expect.stringMatching(
          /^https:\/\/.+\.lambda-url\.eu-central-1\.on\.aws\/$/,
        ),
        LINK_SECRET: expect.stringMatching(/^arn:aws:secretsmanager:/),
      },
    });
  });

  it('signs with a key that CloudFormation makes and nobody has seen', () => {
    const [secret, ...others] = of('AWS::SecretsManager::Secret').map((each) => each.properties);
    expect(secret).toMatchObject({ GenerateSecretString: { PasswordLength: 64 } });
    expect(secret).not.toHaveProperty('SecretString');
    expect(others).toEqual([]);
  });
});
