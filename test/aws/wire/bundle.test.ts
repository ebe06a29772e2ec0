import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { bundleFunctions } from '../../../aws/stack/bundle.ts';
import type { Moto } from './moto.ts';
import { describeOnWire, startMoto } from './moto.ts';

const region = 'eu-central-1';
const root = join(import.meta.dirname, '..', '..', '..');

// Bundling drops the SDK's unused shapes and credential providers: only the wire can tell
// whether what is left still speaks.
describeOnWire('a bundled function over the wire', () => {
  let moto: Moto;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'region-failover-bundle-'));
    [moto] = await Promise.all([
      startMoto(),
      bundleFunctions(folder, join(root, 'plans', 'shop.yaml')),
    ]);
    await moto.client(DynamoDBClient, region).send(
      new CreateTableCommand({
        TableName: 'Incidents',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [
          { AttributeName: 'pk', AttributeType: 'S' },
          { AttributeName: 'sk', AttributeType: 'S' },
        ],
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
      }),
    );
    const running = { Name: '/stack/switch/shop', Value: 'running', Type: 'String' } as const;
    await moto.client(SSMClient, region).send(new PutParameterCommand(running));
  }, 60_000);

  afterAll(async () => {
    await moto.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** Runs a bundle in a process of its own, with a function's environment and nothing else. */
  async function invoke(name: string, event: unknown): Promise<string> {
    const code = `
      const { handler } = await import(${JSON.stringify(join(folder, `${name}.mjs`))});
      const answer = await handler(${JSON.stringify(event)})
        .catch((error) => ({ error: error.name }));
      process.stdout.write('\\nANSWER ' + JSON.stringify(answer));`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '-e', code],
      {
        env: {
          AWS_REGION: region,
          AWS_ENDPOINT_URL: moto.endpoint,
          AWS_ACCESS_KEY_ID: 'test',
          AWS_SECRET_ACCESS_KEY: 'test',
          AWS_SESSION_TOKEN: 'test',
          INCIDENT_TABLE: 'Incidents',
          REPORT_BUCKET: 'reports',
          SWITCH_PREFIX: '/stack/switch',
        },
      },
    );
    return stdout.slice(stdout.lastIndexOf('ANSWER ') + 7);
  }

  it('refuses what is no alarm event', async () => {
    expect(await invoke('open-incident', { event: {}, executionArn: 'arn:e:0' })).toBe(
      '{"error":"InvalidInputError"}',
    );
  });

  it('opens one incident, and takes the second alarm for a duplicate', async () => {
    const file = join(root, 'lab', 'events', 'primary-down.json');
    const text = await readFile(file, 'utf8');
    const now = new Date(Date.now()).toISOString();
    const event: unknown = JSON.parse(text.replaceAll('2026-10-02T17:04:40.989+0000', now));
    expect(await invoke('open-incident', { event, executionArn: 'arn:e:1' })).toContain(
      '"outcome":"open"',
    );
    expect(await invoke('open-incident', { event, executionArn: 'arn:e:2' })).toContain(
      '"ruleId":"duplicate"',
    );
  });
});
