import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { describeError } from '../core/errors.ts';
import type { IncidentReport } from '../core/report.ts';
import type { Runtime } from './runtime.ts';

/** Writes the report to S3. A bucket that fails is a leftover; the report is in the ledger too. */
export async function keepReport(
  runtime: Runtime,
  report: IncidentReport,
): Promise<IncidentReport> {
  const client = runtime.client(S3Client, runtime.environment.region);
  const Key = `incidents/${report.plan}/${report.incident}.json`;
  try {
    await client.send(
      new PutObjectCommand({
        Bucket: runtime.environment.reportBucket,
        Key,
        Body: JSON.stringify(report, null, 2),
        ContentType: 'application/json',
      }),
    );
    return report;
  } catch (error) {
    const leftover = `The report could not be written to ${Key}: ${describeError(error)}`;
    return { ...report, leftovers: [...report.leftovers, leftover] };
  }
}
