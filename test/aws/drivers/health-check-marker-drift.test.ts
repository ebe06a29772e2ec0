import { HeadObjectCommand, NotFound, S3Client } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { UnreachableError } from '../../../core/errors.ts';
import { refusedConnection, serviceError, unexpectedCall } from '../support.ts';
import { changesOf, compareOne, keptAs, nobodyKnows } from './drift-support.ts';

const s3 = mockClient(S3Client);
const compare = async (before = keptAs()) => await compareOne('marker', {}, before);
const wasAbsent = keptAs({ markerPresent: false, answers: null });
const wasPresent = keptAs({ markerPresent: true, answers: null });

const markerIs = {
  there: () => s3.on(HeadObjectCommand).resolves({}),
  absent: () => s3.on(HeadObjectCommand).rejects(new NotFound({ message: '', $metadata: {} })),
};

beforeEach(() => {
  s3.reset();
  s3.onAnyCommand().rejects(unexpectedCall);
});

describe('a marker that cannot be read', () => {
  it.each([
    ['S3 denies it', serviceError('Forbidden', 403), 'Forbidden'],
    ['its bucket is missing', serviceError('NoSuchBucket', 404), 'NoSuchBucket'],
  ])('is not absent when %s', async (_case, error, words) => {
    s3.on(HeadObjectCommand).rejects(error);
    await expect(compare(wasAbsent)).rejects.toThrow(words);
  });

  it('is an UnreachableError without an answer', async () => {
    s3.on(HeadObjectCommand).rejects(refusedConnection());
    await expect(compare(wasAbsent)).rejects.toBeInstanceOf(UnreachableError);
  });
});

describe('a marker that differs', () => {
  it.each([
    ['it was absent', wasAbsent],
    ['the plan tells, and no incident', keptAs()],
    ['the plan tells, and nobody knows the incident', nobodyKnows],
  ])('is named when it is there: %s', async (_case, before) => {
    markerIs.there();
    const found = await compare(before);
    expect(found.differences).toMatchObject([
      {
        danger: 'clients-sent-back',
        found: 'the object is there: the standby is served',
        before: 'the object was not there: the primary was served',
        apply: expect.stringContaining('clients of shop.example.com are sent to the old primary'),
      },
    ]);
    const changes = changesOf(found);
    expect(changes).toContain('aws_s3_object with bucket shop-markers and key standby-serves');
    expect(changes).toContain('invert_healthcheck = true');
    expect(changes).toContain('AWS::S3::Bucket shop-markers');
    expect(changes).toContain('BucketDeployment to shop-markers: prune false');
  });

  it('is named when it is gone, and was there before the failover', async () => {
    markerIs.absent();
    const found = await compare(wasPresent);
    expect(found.differences).toMatchObject([{ found: expect.stringContaining('is not there') }]);
    expect(changesOf(found)).toContain('standby-serves in shop-markers: keep it out of the code');
  });
});

describe('a marker without drift', () => {
  it.each([
    ['is absent as before', markerIs.absent, wasAbsent, 'the primary is served'],
    ['is absent, and no incident is known', markerIs.absent, keptAs(), 'the primary is served'],
    ['is there as before', markerIs.there, wasPresent, 'the standby is served'],
  ])('%s', async (_case, arrange, before, words) => {
    arrange();
    const { differences, why } = await compare(before);
    expect(differences).toEqual([]);
    expect(why).toContain(words);
  });
});
