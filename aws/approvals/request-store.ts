import {
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { SendTaskSuccessCommand, SFNClient, TaskTimedOut } from '@aws-sdk/client-sfn';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { NotReadyError } from '../core/errors.ts';
import { Instant } from '../core/incident.ts';
import { unlessConditionFailed, write } from './dynamodb.ts';
import { appendToLedger } from './ledger.ts';
import type { Runtime } from './runtime.ts';

/** A human's decision on the evidence that was shown. */
export const ApprovalDecision = z.strictObject({
  decision: z.enum(['approved', 'rejected']),
  by: z.string().min(1).max(200),
  reason: z.string().min(1).max(2000),
  decidedAt: Instant,
  evidenceDigest: z.string(),
});
export type ApprovalDecision = z.infer<typeof ApprovalDecision>;

/** A question put to the approvers; the task token never leaves this table. */
const ApprovalRequest = z.object({
  taskToken: z.string(),
  question: z.string(),
  /** What the approvers were shown, a line each. */
  evidence: z.array(z.string()),
  evidenceDigest: z.string(),
  requestedAt: Instant,
  expiresAt: Instant,
  approvers: z.array(z.string()),
  decision: ApprovalDecision.optional(),
});
export type ApprovalRequest = z.infer<typeof ApprovalRequest>;

const keyOf = (incidentId: string): Record<string, { S: string }> => ({
  pk: { S: `INCIDENT#${incidentId}` },
  sk: { S: 'APPROVAL' },
});

/**
 * Stores the open question of an incident; a new question replaces one that was answered.
 * A retried task brings a new token for the same evidence: the token is replaced, a decision that
 * was already taken on this evidence is kept and sent to the new token.
 */
export async function openApproval(
  runtime: Runtime,
  incidentId: string,
  request: ApprovalRequest,
): Promise<ApprovalDecision | undefined> {
  const client = runtime.client(DynamoDBClient, runtime.environment.region);
  const put = new PutItemCommand({
    TableName: runtime.environment.incidentTable,
    Item: { ...keyOf(incidentId), ...write(request) },
    ConditionExpression: 'attribute_not_exists(decision) OR evidenceDigest <> :digest',
    ExpressionAttributeValues: write({ ':digest': request.evidenceDigest }),
  });
  if (await unlessConditionFailed(() => client.send(put))) return undefined;
  const decision = (await readApproval(runtime, incidentId))?.decision;
  if (decision !== undefined) await deliver(runtime, request.taskToken, decision);
  return decision;
}

/** The open or decided question of an incident. */
export async function readApproval(
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
 * Records a decision and lets the workflow go on. The first decision wins, whatever it says; one
 * that comes too late, or for other evidence, changes nothing. Running it again after a crash
 * delivers the recorded decision.
 * @returns the decision, and whether a state was waiting for it at this moment
 * @throws NotReadyError if nothing is asked, the question expired, or somebody else decided
 */
export async function decideApproval(
  runtime: Runtime,
  incidentId: string,
  decision: Omit<ApprovalDecision, 'decidedAt'>,
): Promise<ApprovalDecision & { readonly delivered: boolean }> {
  const decidedAt = runtime.clock.now().toISOString();
  await recordDecision(runtime, incidentId, { ...decision, decidedAt });
  // Read after the write: a task that was retried before it has a new token by now, and one that is
  // retried after it finds the decision.
  const request = await readApproval(runtime, incidentId);
  const known = request?.decision;
  const isMine =
    known?.by === decision.by &&
    known.decision === decision.decision &&
    known.evidenceDigest === decision.evidenceDigest;
  if (!isMine) throw new NotReadyError(whyNot(incidentId, request));
  await appendToLedger(runtime, incidentId, 'approval-decided', known, known.decidedAt);
  return { ...known, delivered: await deliver(runtime, request?.taskToken ?? '', known) };
}

async function recordDecision(
  runtime: Runtime,
  incidentId: string,
  decision: ApprovalDecision,
): Promise<void> {
  const client = runtime.client(DynamoDBClient, runtime.environment.region);
  const update = new UpdateItemCommand({
    TableName: runtime.environment.incidentTable,
    Key: keyOf(incidentId),
    UpdateExpression: 'SET decision = :decision',
    ConditionExpression:
      'attribute_not_exists(decision) AND evidenceDigest = :digest AND expiresAt > :now',
    ExpressionAttributeValues: write({
      ':decision': decision,
      ':digest': decision.evidenceDigest,
      ':now': decision.decidedAt,
    }),
  });
  await unlessConditionFailed(() => client.send(update));
}

function whyNot(incidentId: string, request: ApprovalRequest | undefined): string {
  if (request === undefined) return `Incident ${incidentId} asks for no approval.`;
  const known = request.decision;
  if (known !== undefined) {
    return (
      `Incident ${incidentId} was ${known.decision} by ${known.by} at ${known.decidedAt}; ` +
      'the first decision counts.'
    );
  }
  return (
    `Incident ${incidentId}: the question expired at ${request.expiresAt}, ` +
    'or it is about newer evidence by now. Look at the newest message.'
  );
}

/** Answers the waiting state; false if none waits: it has its answer, or its time is over. */
async function deliver(
  runtime: Runtime,
  taskToken: string,
  decision: ApprovalDecision,
): Promise<boolean> {
  const client = runtime.client(SFNClient, runtime.environment.region);
  try {
    await client.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(decision) }));
    return true;
  } catch (error) {
    if (error instanceof TaskTimedOut) return false;
    throw error;
  }
}
