import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DescribeDBInstancesCommand, RDSClient } from '@aws-sdk/client-rds';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import pg from 'pg';
import type { Plan } from '../../../aws/plan.ts';
import { withPair } from '../../../aws/postgres/open-database.ts';
import type { Side } from '../../../aws/postgres/side.ts';
import { drillPlan } from '../../functions/support.ts';
import { contextWith, refusedConnection, unexpectedCall } from '../support.ts';

const rds = mockClient(RDSClient);
const secrets = mockClient(SecretsManagerClient);
const plan = drillPlan();

/** What was opened, and what is open. */
interface Opened {
  readonly name: string;
  readonly url: string;
  readonly access: string;
  isOpen: boolean;
}

beforeEach(() => {
  rds.reset();
  rds.onAnyCommand().rejects(unexpectedCall);
  secrets.reset();
  secrets.onAnyCommand().rejects(unexpectedCall);
  isAt('orders-primary', { Address: 'there.example.com', Port: 5432 });
  isAt('orders-standby', { Address: 'here.example.com', Port: 6432 });
  userIs({ username: 'failover', password: 'of the lab', engine: 'postgres' });
});

function isAt(id: string, Endpoint: object, Engine: string | undefined = 'postgres'): void {
  rds
    .on(DescribeDBInstancesCommand, { DBInstanceIdentifier: id })
    .resolves({ DBInstances: [{ DBInstanceIdentifier: id, Endpoint, Engine }] });
}

function userIs(user: unknown): void {
  const SecretString = typeof user === 'string' ? user : JSON.stringify(user);
  secrets.on(GetSecretValueCommand).resolves({ SecretString });
}

/** Opens the pair; `refusing` is the session that cannot be opened. */
async function open(
  work: () => Promise<string> = () => Promise.resolve('done'),
  { of = plan, refusing = '' }: { readonly of?: Plan; readonly refusing?: string } = {},
) {
  const opened: Opened[] = [];
  const openDatabase = (name: string, url: string, access: string): Promise<Side> => {
    if (name === refusing) return Promise.reject(new Error(`${name} refuses`));
    const own: Opened = { name, url, access, isOpen: true };
    opened.push(own);
    const close = (): Promise<void> => {
      own.isOpen = false;
      return Promise.resolve();
    };
    const query = () => Promise.resolve([]);
    const again = () => Promise.reject(new Error('unexpected'));
    return Promise.resolve({ name, query, run: () => Promise.resolve(null), again, close });
  };
  const [database] = of.databases;
  if (database === undefined) throw new Error('no database');
  const runtime = { ...contextWith().runtime, openDatabase };
  const result = withPair(runtime, of, database, async ({ source, target }) => {
    expect(opened.every(({ isOpen }) => isOpen)).toBe(true);
    return `${source.name}, ${target.name}: ${await work()}`;
  });
  return { result, opened };
}

describe('the databases of both Regions are not opened, or not kept open', () => {
  it.each<[string, unknown]>([
    ['no JSON', 'hunter2'],
    ['no object', '"hunter2"'],
    ['no password', { username: 'hunter2' }],
    ['an empty password', { username: 'hunter2', password: '' }],
    ['nothing', ''],
  ])('with a secret that holds %s, of which nothing is told', async (_, user) => {
    userIs(user);
    const { result, opened } = await open();
    await expect(result).rejects.toMatchObject({ name: 'NotReadyError' });
    await expect(result).rejects.not.toThrow('hunter2');
    expect(opened).toEqual([]);
  });

  it('with an instance that has no address yet', async () => {
    isAt('orders-standby', {});
    const { result, opened } = await open();
    await expect(result).rejects.toThrow('orders-standby in eu-central-1 has no address yet.');
    expect(opened.map(({ name, isOpen }) => ({ name, isOpen }))).toEqual([
      { name: 'orders in eu-west-1', isOpen: false },
    ]);
  });

  it.each(['mysql', 'mariadb', 'aurora-postgresql', 'sqlserver-se', ''])(
    'with an instance of another engine: %j',
    async (engine) => {
      isAt('orders-primary', { Address: 'there.example.com', Port: 3306 }, engine);
      const { result, opened } = await open();
      await expect(result).rejects.toMatchObject({
        name: 'NotReadyError',
        message: expect.stringContaining(
          `eu-west-1: found the engine ${engine}; expected postgres`,
        ),
      });
      expect(opened).toEqual([]);
    },
  );

  it('with a Region that does not answer', async () => {
    secrets.on(GetSecretValueCommand).rejects(refusedConnection());
    await expect((await open()).result).rejects.toMatchObject({ name: 'UnreachableError' });
  });

  it('without a connection in the plan', async () => {
    const databases = plan.databases.map((each) => ({ ...each, connection: undefined }));
    await expect((await open(undefined, { of: drillPlan({ databases }) })).result).rejects.toThrow(
      'orders has no connection in the plan.',
    );
  });

  it.each([
    ['the work fails', {}],
    ['the target refuses', { refusing: 'orders in eu-central-1' }],
    ['the source refuses', { refusing: 'orders in eu-west-1' }],
  ])('for longer than needed, where %s', async (_, options) => {
    const { result, opened } = await open(() => Promise.reject(new Error('it fails')), options);
    await expect(result).rejects.toThrow(/fails|refuses/);
    expect(opened.filter(({ isOpen }) => isOpen)).toEqual([]);
  });
});

describe('the databases of both Regions are opened', () => {
  it('each at its own address: the source for writes, the target to be read', async () => {
    const { result, opened } = await open();
    expect(await result).toBe('orders in eu-west-1, orders in eu-central-1: done');
    const seen = opened.map(({ url, access }) => [new URL(url).host, access]);
    expect(seen).toEqual([
      ['there.example.com:5432', 'writes'],
      ['here.example.com:6432', 'reads'],
    ]);
    expect(opened.map(({ isOpen }) => isOpen)).toEqual([false, false]);
  });

  it('with the certificate and the name verified, as the driver reads the URL', async () => {
    const { result, opened } = await open();
    await result;
    for (const { url } of opened) {
      const { ssl } = new pg.Client({ connectionString: url });
      expect(ssl).toEqual({});
      expect(new URL(url).searchParams.get('sslmode')).toBe('verify-full');
    }
  });

  it('with the very user and password of the secret, whatever they hold', async () => {
    const text = fc
      .string({ minLength: 1, unit: 'grapheme' })
      .filter((each) => !each.includes('\0'));
    const property = fc.asyncProperty(text, text, async (username, password) => {
      userIs({ username, password });
      const { result, opened } = await open();
      await result;
      const client = new pg.Client({ connectionString: opened[0]?.url });
      expect([client.user, client.password]).toEqual([username, password]);
      expect([client.host, client.database]).toEqual(['there.example.com', 'postgres']);
    });
    await fc.assert(property, { numRuns: 200 });
  });
});
