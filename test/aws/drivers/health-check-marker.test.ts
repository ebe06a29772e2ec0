import {
  DeleteObjectCommand,
  HeadObjectCommand,
  NotFound,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { createClientFactory } from '../../../aws/clients.ts';
import { trafficDriver } from '../../../aws/drivers/traffic.ts';
import { HealthCheckMarker } from '../../../aws/drivers/health-check-marker/schema.ts';
import { InvalidInputError, UnreachableError } from '../../../core/errors.ts';
import {
  answering,
  contextWith,
  fakeNetwork,
  refusedConnection,
  serviceError,
  unexpectedCall,
} from '../support.ts';

const s3 = mockClient(S3Client);
const object = { Bucket: 'shop-markers', Key: 'standby-serves' };
const driver = trafficDriver(
  HealthCheckMarker.parse({
    kind: 'healthCheckMarker',
    id: 'marker',
    name: 'shop.example.com',
    bucket: object.Bucket,
    key: object.Key,
  }),
);
const silent = contextWith({ network: fakeNetwork() });
const atPrimary = contextWith({ network: answering('192.0.2.2', '192.0.2.1') });
const atStandby = contextWith({ network: answering('198.51.100.1') });
const before = { markerPresent: false, answers: ['192.0.2.1', '192.0.2.2'] };

beforeEach(() => {
  s3.reset();
  s3.onAnyCommand().rejects(unexpectedCall);
});

function markerIs(present: boolean): void {
  if (present) s3.on(HeadObjectCommand).resolves({});
  else s3.on(HeadObjectCommand).rejects(new NotFound({ message: '', $metadata: {} }));
}

describe('a marker that cannot be read', () => {
  it('is not taken for missing when S3 denies or does not answer', async () => {
    const denied = serviceError('Forbidden', 403);
    s3.on(HeadObjectCommand).rejects(denied);
    await expect(driver.snapshot(atPrimary)).rejects.toBe(denied);
    s3.on(HeadObjectCommand).rejects(refusedConnection());
    await expect(driver.settled(before, atStandby)).rejects.toBeInstanceOf(UnreachableError);
  });
});

describe('the snapshot', () => {
  it('knows no answers when the DNS gives none: that is normal in an outage', async () => {
    markerIs(false);
    expect(await driver.snapshot(silent)).toEqual({ markerPresent: false, answers: null });
  });

  it('holds the marker and the answers', async () => {
    markerIs(false);
    expect(await driver.snapshot(atPrimary)).toEqual(before);
  });

  it('is refused when it is not the driver’s own', async () => {
    await expect(driver.restore({ markerPresent: 'no' }, silent)).rejects.toBeInstanceOf(
      InvalidInputError,
    );
  });
});

describe('settling', () => {
  it('is not settled while the marker is missing, whatever the DNS says', async () => {
    markerIs(false);
    const verdict = await driver.settled(before, atStandby);
    expect(verdict).toMatchObject({ settled: false });
    expect(verdict.why).toContain('put it again');
  });

  it.each([
    ['the name does not resolve', silent],
    ['the answer is empty', contextWith({ network: answering() })],
    ['the answers are the old ones', atPrimary],
    ['one old answer is left', contextWith({ network: answering('198.51.100.1', '192.0.2.1') })],
  ])('is not settled while %s', async (_name, context) => {
    markerIs(true);
    expect(await driver.settled(before, context)).toMatchObject({ settled: false });
  });

  it('is settled when nothing of the old answers is left', async () => {
    markerIs(true);
    expect(await driver.settled(before, atStandby)).toMatchObject({ settled: true });
  });

  it('says that the old answers are not known when they were not', async () => {
    markerIs(true);
    const verdict = await driver.settled({ markerPresent: false, answers: null }, atStandby);
    expect(verdict).toMatchObject({ settled: true });
    expect(verdict.why).toContain('not known');
  });

  it('says that the traffic was at the standby already when it was', async () => {
    markerIs(true);
    const verdict = await driver.settled(
      { markerPresent: true, answers: ['198.51.100.1'] },
      atStandby,
    );
    expect(verdict).toMatchObject({ settled: true });
    expect(verdict.why).toContain('already');
  });
});

describe('switching and restoring', () => {
  it('puts the marker, again and again', async () => {
    s3.on(PutObjectCommand).resolves({});
    await driver.switchToStandby(silent);
    await driver.switchToStandby(silent);
    expect(s3.commandCalls(PutObjectCommand, object)).toHaveLength(2);
  });

  it('is an UnreachableError when S3 does not answer', async () => {
    s3.on(PutObjectCommand).rejects(serviceError('SlowDown', 503));
    await expect(driver.switchToStandby(silent)).rejects.toBeInstanceOf(UnreachableError);
  });

  it('deletes the marker, and leaves one that was there before', async () => {
    s3.on(PutObjectCommand).resolves({});
    s3.on(DeleteObjectCommand).resolves({});
    await driver.restore(before, silent);
    expect(s3.commandCalls(DeleteObjectCommand, object)).toHaveLength(1);
    expect(s3.commandCalls(PutObjectCommand)).toHaveLength(0);
    await driver.restore({ markerPresent: true, answers: null }, silent);
    expect(s3.commandCalls(PutObjectCommand)).toHaveLength(0);
    expect(s3.commandCalls(DeleteObjectCommand)).toHaveLength(1);
  });
});

describe('a marker whose absence means the standby', () => {
  const absent = trafficDriver(
    HealthCheckMarker.parse({
      ...{ kind: 'healthCheckMarker', id: 'marker', name: 'shop.example.com' },
      ...{ bucket: object.Bucket, key: object.Key, takeover: 'absent', region: 'us-east-1' },
    }),
  );
  const there = { markerPresent: true, answers: ['192.0.2.1'] };

  it('is not settled while the marker is there, whatever the DNS says', async () => {
    markerIs(true);
    const verdict = await absent.settled(there, atStandby);
    expect(verdict).toMatchObject({ settled: false });
    expect(verdict.why).toContain('is there: take it away again');
  });

  it('is not settled while the answers are the old ones', async () => {
    markerIs(false);
    expect(await absent.settled(there, atPrimary)).toMatchObject({ settled: false });
  });

  it('is settled when the marker is away and nothing of the old answers is left', async () => {
    markerIs(false);
    expect(await absent.settled(there, atStandby)).toMatchObject({ settled: true });
    const already = { markerPresent: false, answers: ['198.51.100.1'] };
    const verdict = await absent.settled(already, atStandby);
    expect(verdict).toMatchObject({ settled: true, why: expect.stringContaining('already') });
  });

  it('is taken away to switch, again and again, and nothing is put', async () => {
    s3.on(DeleteObjectCommand).resolves({});
    await absent.switchToStandby(silent);
    await absent.switchToStandby(silent);
    expect(s3.commandCalls(DeleteObjectCommand, object)).toHaveLength(2);
    expect(s3.commandCalls(PutObjectCommand)).toHaveLength(0);
  });

  it('is put back if it was there, and left away if it was not', async () => {
    s3.on(PutObjectCommand).resolves({});
    await absent.restore({ markerPresent: false, answers: null }, silent);
    expect(s3.calls()).toHaveLength(0);
    await absent.restore(there, silent);
    expect(s3.commandCalls(PutObjectCommand, object)).toHaveLength(1);
    expect(s3.commandCalls(DeleteObjectCommand)).toHaveLength(0);
  });

  it.each([
    ['the Region that is named', absent, 'us-east-1'],
    ['the standby Region without a name', driver, 'eu-west-1'],
  ])('is asked for in %s', async (_, each, region) => {
    markerIs(true);
    const regions: string[] = [];
    const client = createClientFactory((_client, where) => regions.push(where));
    await each.snapshot(contextWith({ network: answering('192.0.2.1'), client }));
    expect(regions).toEqual([region]);
  });
});
