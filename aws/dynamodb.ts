import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import {
  ConditionalCheckFailedException,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';

/** A plain object as DynamoDB stores it; fields that are undefined are left out. */
export function write(value: Record<string, unknown>): Record<string, AttributeValue> {
  return marshall(value, { removeUndefinedValues: true });
}

/** Runs a conditional write; false if a condition did not hold. Other errors go on. */
export async function unlessConditionFailed(send: () => Promise<unknown>): Promise<boolean> {
  try {
    await send();
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    const reasons =
      error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : [];
    if (reasons.some(({ Code }) => Code === 'ConditionalCheckFailed')) return false;
    throw error;
  }
}

/**
 * As `unlessConditionFailed`, and false too where another write to the same item was under way:
 * for callers that read again and decide again.
 */
export async function unlessOvertaken(send: () => Promise<unknown>): Promise<boolean> {
  try {
    return await unlessConditionFailed(send);
  } catch (error) {
    if (error instanceof TransactionConflictException) return false;
    const reasons =
      error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : [];
    if (reasons.some(({ Code }) => Code === 'TransactionConflict')) return false;
    throw error;
  }
}
