import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { NotReadyError } from '../../core/errors.ts';
import type { NewReport, Report } from '../../core/reconcile/report-files.ts';
import { filesOf, parseReport } from '../../core/reconcile/report-files.ts';
import { ask } from '../errors.ts';
import type { Runtime } from '../runtime.ts';

/** One comparison of one database of an incident. */
export interface ReportPlace {
  readonly plan: string;
  readonly incident: string;
  readonly database: string;
  readonly round: 'before' | 'after';
}

const contentTypes: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  jsonl: 'application/jsonl; charset=utf-8',
  sql: 'text/plain; charset=utf-8',
  json: 'application/json',
};

const prefixOf = ({ plan, incident, database, round }: ReportPlace): string =>
  `reconciliations/${plan}/${incident}/${database}/${round}/`;

/** Writes a report to the stack's bucket; its address, and the digest of its rows. */
export async function putReport(runtime: Runtime, place: ReportPlace, report: NewReport) {
  const { region, reportBucket: Bucket } = runtime.environment;
  const client = runtime.client(S3Client, region);
  const { head, files } = await filesOf(report);
  for (const { name, text } of files) {
    const Key = `${prefixOf(place)}${name}`;
    const ContentType = contentTypes[name.split('.').at(-1) ?? ''] ?? 'text/plain';
    const command = new PutObjectCommand({ Bucket, Key, Body: text, ContentType });
    await ask('PutObject', () => client.send(command));
  }
  return { address: `s3://${Bucket}/${prefixOf(place)}`, head };
}

/**
 * Reads a report back.
 * @throws NotReadyError if it is not there, or not the one of this digest; InvalidInputError if it is none
 */
export async function getReport(
  runtime: Runtime,
  place: ReportPlace,
  rowsDigest: string,
): Promise<Report> {
  const { region, reportBucket: Bucket } = runtime.environment;
  const client = runtime.client(S3Client, region);
  const report = await parseReport(async (name) => {
    const Key = `${prefixOf(place)}${name}`;
    return { text: await readText(client, { Bucket, Key }), place: `s3://${Bucket}/${Key}` };
  });
  if (report.head.rowsDigest === rowsDigest) return report;
  throw new NotReadyError(
    `The report in ${prefixOf(place)} was written anew since it was shown: found ` +
      `${report.head.rowsDigest}; expected ${rowsDigest}. Start the reconciliation again.`,
  );
}

/** @throws NotReadyError if there is no such object */
async function readText(
  client: S3Client,
  { Bucket, Key }: { readonly Bucket: string; readonly Key: string },
): Promise<string> {
  try {
    const { Body } = await ask('GetObject', () =>
      client.send(new GetObjectCommand({ Bucket, Key })),
    );
    return (await Body?.transformToString()) ?? '';
  } catch (error) {
    if (!(error instanceof NoSuchKey)) throw error;
    throw new NotReadyError(
      `The report that was approved is not there: found no s3://${Bucket}/${Key}. Somebody took it ` +
        'away; nothing was applied. Start the reconciliation again.',
      { cause: error },
    );
  }
}
