import { NetworkError } from '../../core/network.ts';
import type { ObservedCall } from '../aws/intercept.ts';

/** An error as the SDK throws it for an answer of a service. */
export function named(name: string, message: string, httpStatusCode: number): Error {
  return Object.assign(new Error(message), {
    name,
    $fault: 'client',
    $metadata: { httpStatusCode, attempts: 1 },
  });
}

/** No answer came: from a service, or over the network. */
export function timedOut({ client }: Pick<ObservedCall, 'client'>): Error {
  if (client === 'network') return new NetworkError('READ_TIMEOUT', 'no answer in time');
  const error = new Error('no answer in time');
  return Object.assign(error, { name: 'TimeoutError', $metadata: { attempts: 1 } });
}
