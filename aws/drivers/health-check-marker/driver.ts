import {
  DeleteObjectCommand,
  HeadObjectCommand,
  NotFound,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import * as z from 'zod';
import { ask } from '../../errors.ts';
import { Answers, judgeAnswers, readAnswers } from '../answers.ts';
import type { DriverContext, TrafficDriver } from '../driver.ts';
import { parseSnapshot } from '../snapshot.ts';
import type { HealthCheckMarker } from './schema.ts';

/** How it was, as it is kept. */
export const Snapshot = z.strictObject({ markerPresent: z.boolean(), answers: Answers });

/**
 * "Standby takes over primary": an inverted health check of the PRIMARY record asks for a marker
 * object in the standby Region. Present, the primary counts as unhealthy and Route 53 answers with
 * the standby, by its data plane alone. If the standby Region is lost the traffic stays where it
 * is (AWS Networking blog, Creating disaster recovery mechanisms using Amazon Route 53).
 * Putting and deleting an object are safe to repeat. On the way back it is the other way round: the
 * Region that the plan calls its standby is served once the object is gone.
 */
export const healthCheckMarker: TrafficDriver<HealthCheckMarker> = {
  async snapshot(config, context) {
    const markerPresent = await isMarkerPresent(config, context);
    return { markerPresent, answers: await readAnswers(config, context) };
  },

  async switchToStandby(config, context) {
    if (isForPresent(config)) await putMarker(config, context);
    else await deleteMarker(config, context);
  },

  async settled(config, snapshot, context) {
    const before = parseSnapshot(Snapshot, snapshot);
    const markerPresent = await isMarkerPresent(config, context);
    if (markerPresent !== isForPresent(config)) {
      const words = markerPresent ? 'is there: take it away' : 'is not there: put it';
      return { settled: false, why: `The marker ${config.key} ${words} again.` };
    }
    const answers = await readAnswers(config, context);
    const atStandby = before.markerPresent === isForPresent(config);
    return judgeAnswers({ answers: before.answers, atStandby }, answers);
  },

  async restore(config, snapshot, context) {
    const { markerPresent } = parseSnapshot(Snapshot, snapshot);
    // A marker that was as it is now before is left: nothing of ours changed it.
    if (markerPresent === isForPresent(config)) return;
    if (markerPresent) await putMarker(config, context);
    else await deleteMarker(config, context);
  },
};

const isForPresent = ({ takeover }: HealthCheckMarker): boolean => takeover === 'present';

/** A missing object is `NotFound` only to a role that may list the bucket; to others it is 403. */
async function isMarkerPresent(config: HealthCheckMarker, context: DriverContext) {
  try {
    const command = new HeadObjectCommand({ Bucket: config.bucket, Key: config.key });
    await ask('HeadObject', () => clientOf(config, context).send(command));
    return true;
  } catch (error) {
    if (error instanceof NotFound) return false;
    throw error;
  }
}

async function putMarker(config: HealthCheckMarker, context: DriverContext): Promise<void> {
  const command = new PutObjectCommand({
    Bucket: config.bucket,
    Key: config.key,
    Body: `While this object exists, the standby serves ${context.plan.name}.\n`,
    ContentType: 'text/plain',
  });
  await ask('PutObject', () => clientOf(config, context).send(command));
}

async function deleteMarker(config: HealthCheckMarker, context: DriverContext): Promise<void> {
  const command = new DeleteObjectCommand({ Bucket: config.bucket, Key: config.key });
  await ask('DeleteObject', () => clientOf(config, context).send(command));
}

function clientOf({ region }: HealthCheckMarker, { plan, runtime }: DriverContext): S3Client {
  return runtime.client(S3Client, region ?? plan.regions.standby);
}
