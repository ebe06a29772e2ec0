import type { ObservedCall } from '../aws/intercept.ts';

/** One process of a function, from its call to its end. */
export interface Invocation {
  readonly number: number;
  /** The function's file name. */
  readonly name: string;
  readonly payload: unknown;
  isDead: boolean;
}

/** A call of a function to AWS or over the network. */
export interface SimulatedCall extends ObservedCall {
  /** Counted over the run, from 0. */
  readonly number: number;
  readonly invocation: Invocation;
}

const reading = /^(Describe|Get|List|Head|Query|Lookup)|^(https GET|tcp|resolve)/;

/** Whether a call may change the world. */
export function isMutating({ command }: Pick<ObservedCall, 'command'>): boolean {
  return !reading.test(command);
}

/**
 * Consistent reads, which are never stale: the lab's DynamoDB is asked in no other way, and S3 gives
 * what was written last (Amazon S3 User Guide, data consistency model).
 */
export function isConsistent({ client }: Pick<ObservedCall, 'client'>): boolean {
  return client === 'DynamoDBClient' || client === 'S3Client' || client === 'network';
}

/** What makes two calls the same for the search: who asks whom for what. */
export function signatureOf({ invocation, client, command, region }: SimulatedCall): string {
  return `${invocation.name} ${client.replace(/Client$/, '')}.${command.replace(/Command$/, '')} ${region}`;
}
