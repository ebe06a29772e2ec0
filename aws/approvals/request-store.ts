import {
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Json } from '../../core/json.ts';
import { ApprovalRequest } from '../../core/approval/request.ts';
import { unlessConditionFailed, unlessOvertaken, write } from '../dynamodb.ts';
import { ledgerItem } from '../ledger.ts';
import type { Runtime } from '../runtime.ts';

/** What of a stored question may change. Everything else is as it was asked. */
type Changes = Partial<
  Pick<
    ApprovalRequest,
    | 'again'
    | 'approvers'
    | 'asked'
    | 'decision'
    | 'escalatedAt'
    | 'expiresAt'
    | 'taskToken'
    | 'told'
    | 'votes'
  >
>;

/** A line for the ledger, written with a change or not at all. */
export interface LedgerLine {
  readonly what: string;
  readonly entry: Json;
  readonly at: string;
}

const keyOf = (incidentId: string): Record<string, { S: string }> => ({
  pk: { S: `INCIDENT#${incidentId}` },
  sk: { S: 'APPROVAL' },
});

/** The current question of an incident; undefined if nothing was ever asked. */
export async function readRequest(
  runtime: Runtime,
  incidentId: string,
): Promise<ApprovalRequest | undefined> {
  const client = runtime.client(DynamoDBClient, runtime.environment.region);
  const { Item } = await client.send(
    new GetItemCommand({
      TableName: runtime.environment.incidentTable,
      Key: keyOf(incidentId),
      ConsistentRead: true,
    }),
  );
  return Item === undefined ? undefined : ApprovalRequest.parse(unmarshall(Item));
}

/**
 * Puts a question in the place of an older one, with its votes gone. A question about the same
 * evidence is left as it is, with its votes: opening can be repeated.
 */
export async function openRequest(runtime: Runtime, request: ApprovalRequest): Promise<void> {
  const client = runtime.client(DynamoDBClient, runtime.environment.region);
  const put = new PutItemCommand({
    TableName: runtime.environment.incidentTable,
    Item: { ...keyOf(request.incidentId), ...write(ApprovalRequest.parse(request)) },
    ConditionExpression: 'attribute_not_exists(pk) OR evidenceDigest <> :digest',
    ExpressionAttributeValues: write({ ':digest': request.evidenceDigest }),
  });
  await unlessConditionFailed(() => client.send(put));
}

/**
 * Changes a question if it is still as it was read, and writes the lines to the ledger in the same
 * transaction: a vote is never counted without being kept, nor kept without being counted.
 * @returns false if somebody else was quicker: read again and decide again
 */
export async function changeRequest(
  runtime: Runtime,
  seen: ApprovalRequest,
  changes: Changes,
  lines: readonly LedgerLine[],
): Promise<boolean> {
  const client = runtime.client(DynamoDBClient, runtime.environment.region);
  const TableName = runtime.environment.incidentTable;
  // What could not be read again would take the question away from everybody: it is not written.
  ApprovalRequest.parse({ ...seen, ...changes, revision: seen.revision + 1 });
  const update = { TableName, Key: keyOf(seen.incidentId), ...ifStill(seen, changes) };
  if (lines.length === 0) {
    return await unlessOvertaken(() => client.send(new UpdateItemCommand(update)));
  }
  const puts = lines.map(({ what, entry, at }) => ({
    Put: { TableName, Item: ledgerItem(seen.incidentId, what, entry, at) },
  }));
  return await unlessOvertaken(() =>
    client.send(new TransactWriteItemsCommand({ TransactItems: [{ Update: update }, ...puts] })),
  );
}

/** Sets what changes and the next revision, on condition of the revision that was read. */
function ifStill({ revision, evidenceDigest }: ApprovalRequest, changes: Changes) {
  const fields = Object.entries({ ...changes, revision: revision + 1 });
  const sets = fields.map(([name]) => `#${name} = :${name}`);
  return {
    UpdateExpression: `SET ${sets.join(', ')}`,
    ConditionExpression: 'evidenceDigest = :seenDigest AND #revision = :seenRevision',
    ExpressionAttributeNames: Object.fromEntries(fields.map(([name]) => [`#${name}`, name])),
    ExpressionAttributeValues: write({
      ...Object.fromEntries(fields.map(([name, value]) => [`:${name}`, value])),
      ':seenDigest': evidenceDigest,
      ':seenRevision': revision,
    }),
  };
}

/** So many may want the same question at once: every approver, and the workflow. */
const MOST_TRIES = 50;

/**
 * Reads the question, lets `decide` say what to change, and changes it; again from the reading if
 * somebody else was quicker. Nothing is written if `decide` gives no changes.
 * @throws Error after fifty tries, which no list of approvers can need
 */
export async function reviseRequest<Result>(
  runtime: Runtime,
  incidentId: string,
  decide: (seen: ApprovalRequest | undefined) => {
    readonly changes?: Changes;
    readonly lines?: readonly LedgerLine[];
    readonly result: Result;
  },
): Promise<{ readonly request: ApprovalRequest | undefined; readonly result: Result }> {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const seen = await readRequest(runtime, incidentId);
    const { changes, lines = [], result } = decide(seen);
    if (seen === undefined || changes === undefined) return { request: seen, result };
    if (await changeRequest(runtime, seen, changes, lines)) {
      return { request: { ...seen, ...changes, revision: seen.revision + 1 }, result };
    }
  }
  throw new Error(`The question of ${incidentId} changed ${MOST_TRIES} times while it was read.`);
}
