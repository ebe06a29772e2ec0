import { describe, expect, it } from '@jest/globals';
import { ask, isFault } from '../../aws/errors.ts';
import { UnreachableError } from '../../core/errors.ts';
import { refusedConnection, serviceError } from './support.ts';

describe('ask', () => {
  it.each([
    ['a refused connection', refusedConnection()],
    ['a timeout of the SDK', Object.assign(new Error('timed out'), { name: 'TimeoutError' })],
    ['an answer of 500', serviceError('InternalFailure', 500)],
    ['an answer of 503', serviceError('ServiceUnavailable', 503)],
    ['throttling', serviceError('Throttling')],
    ['a busy hosted zone', serviceError('PriorRequestNotComplete')],
  ])('makes %s an UnreachableError that keeps its cause', async (_name, cause) => {
    const failed = ask('DescribeThings', () => Promise.reject(cause));
    await expect(failed).rejects.toBeInstanceOf(UnreachableError);
    await expect(failed).rejects.toMatchObject({ name: 'UnreachableError', cause });
    await expect(failed).rejects.toThrow('DescribeThings');
  });

  it.each([
    ['AccessDenied', serviceError('AccessDenied', 403)],
    ['ValidationError', serviceError('ValidationError')],
    ['a programming error', new TypeError('x is not a function')],
  ])('rethrows %s as it is', async (_name, error) => {
    await expect(ask('DescribeThings', () => Promise.reject(error))).rejects.toBe(error);
  });

  it('returns the answer', async () => {
    await expect(ask('DescribeThings', () => Promise.resolve(42))).resolves.toBe(42);
  });
});

describe('isFault', () => {
  it('compares the name and the wire code', () => {
    expect(
      isFault(serviceError('InvalidPermission.Duplicate'), 'InvalidPermission.Duplicate'),
    ).toBe(true);
    expect(isFault(Object.assign(new Error(), { Code: 'X' }), 'X')).toBe(true);
    expect(isFault(serviceError('Y'), 'X')).toBe(false);
    expect(isFault('X', 'X')).toBe(false);
  });
});
