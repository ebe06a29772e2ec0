import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { NotReadyError } from '../../core/errors.ts';
import type { NewReport, Report } from '../../core/reconcile/report-files.ts';
import { digestOf, filesOf, parseReport, reportFiles } from '../../core/reconcile/report-files.ts';
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

/** Writes a report to the stack's bucket; its address, its head, and the digest of that. */
export async function putReport(runtime: Runtime, place: ReportPlace, report: NewReport) {
  const { region, reportBucket: Bucket } = runtime.environment;
  const client = runtime.client(S3Client, region);
  const { files, ...named } = await filesOf(report);
  for (const { name, text } of files) {
    const Key = `${prefixOf(place)}${name}`;
    const ContentType = contentTypes[name.split('.').at(-1) ?? ''] ?? 'text/plain';
    const command = new PutObjectCommand({ Bucket, Key, Body: text, ContentType });
    await ask('PutObject', () => client.send(command));
  }
  return { address: `s3://${Bucket}/${prefixOf(place)}`, ...named };
}

/**
 * Reads a report back, and holds all that people saw of it against its digest.
 * @throws NotReadyError if it is not there, or not the one of this digest; InvalidInputError if it is none
 */
export async function getReport(
  runtime: Runtime,
  place: ReportPlace,
  headDigest: string,
): Promise<Report> {
  const { region, reportBucket: Bucket } = runtime.environment;
  const client = runtime.client(S3Client, region);
  const read = async (name: string) => {
    const Key = `${prefixOf(place)}${name}`;
    return { text: await readText(client, { Bucket, Key }), place: `s3://${Bucket}/${Key}` };
  };
  const report = await parseReport(read);
  const page = await read(reportFiles.page);
  refuseOther(prefixOf(place), report.headDigest, headDigest);
  refuseOther(page.place, digestOf(page.text), report.head.pageDigest);
  return report;
}

function refuseOther(what: string, found: string, expected: string): void {
  if (found === expected) return;
  throw new NotReadyError(
    `${what} was written anew since it was shown: found SHA-256 ${found}; ` +
      `expected ${expected}. Start the reconciliation again.`,
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
