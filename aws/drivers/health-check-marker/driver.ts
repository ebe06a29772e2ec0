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
 * Putting and deleting an object are safe to repeat.
 */
export const healthCheckMarker: TrafficDriver<HealthCheckMarker> = {
  async snapshot(config, context) {
    const markerPresent = await isMarkerPresent(config, context);
    return { markerPresent, answers: await readAnswers(config, context) };
  },

  async switchToStandby(config, context) {
    await putMarker(config, context);
  },

  async settled(config, snapshot, context) {
    const before = parseSnapshot(Snapshot, snapshot);
    if (!(await isMarkerPresent(config, context)))
      return { settled: false, why: `The marker ${config.key} is not there: put it again.` };
    const answers = await readAnswers(config, context);
    return judgeAnswers({ answers: before.answers, atStandby: before.markerPresent }, answers);
  },

  async restore(config, snapshot, context) {
    const { markerPresent } = parseSnapshot(Snapshot, snapshot);
    // A marker that was there before is left: nothing of ours takes it away.
    if (!markerPresent) await deleteMarker(config, context);
  },
};

/** A missing object is `NotFound` only to a role that may list the bucket; to others it is 403. */
async function isMarkerPresent(config: HealthCheckMarker, context: DriverContext) {
  try {
    const command = new HeadObjectCommand({ Bucket: config.bucket, Key: config.key });
    await ask('HeadObject', () => clientOf(context).send(command));
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
    Body: `The standby of ${context.plan.name} takes over while this object exists.\n`,
    ContentType: 'text/plain',
  });
  await ask('PutObject', () => clientOf(context).send(command));
}

async function deleteMarker(config: HealthCheckMarker, context: DriverContext): Promise<void> {
  const command = new DeleteObjectCommand({ Bucket: config.bucket, Key: config.key });
  await ask('DeleteObject', () => clientOf(context).send(command));
}

function clientOf({ plan, runtime }: DriverContext): S3Client {
  return runtime.client(S3Client, plan.regions.standby);
}
