import { HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { driftSubjects } from '../../../aws/drivers/drift.ts';
import { edgeDrift } from '../../../aws/drivers/edge/drift.ts';
import { InvalidInputError } from '../../../core/errors.ts';
import { contextWith, examplePlan, unexpectedCall } from '../support.ts';
import { compareOne, keptAs } from './drift-support.ts';

const s3 = mockClient(S3Client);
const fencing = [{ kind: 'edge', id: 'door', traffic: 'marker' }];

beforeEach(() => {
  s3.reset();
  s3.onAnyCommand().rejects(unexpectedCall);
});

describe('a fence at the edge', () => {
  it('refuses a traffic driver that is not in the plan', () => {
    const context = { ...contextWith(), before: async () => keptAs() };
    const config = { kind: 'edge', id: 'door', traffic: 'nothing' } as const;
    expect(() => edgeDrift(config, context)).toThrow(InvalidInputError);
  });

  it('differs as its traffic driver does, by what that driver kept', async () => {
    s3.on(HeadObjectCommand).resolves({});
    const before = keptAs({ markerPresent: false, answers: null });
    const { differences } = await compareOne('which fence door moves', { fencing }, before);
    expect(differences).toMatchObject([{ danger: 'clients-sent-back' }]);
  });

  it('and its traffic driver are one thing, kept under one name', async () => {
    const plan = examplePlan({ fencing });
    const asked: string[] = [];
    const found = driftSubjects(plan, contextWith({ plan }).runtime, async (thing) => {
      asked.push(thing);
      return keptAs();
    });
    expect(found.filter(({ what }) => what.includes('marker'))).toHaveLength(1);
    s3.on(HeadObjectCommand).resolves({});
    await found[0]?.compare();
    expect(asked).toEqual(['traffic#marker']);
  });
});
