import { UnreachableError } from '../../core/errors.ts';

/**
 * Stands in for the SDK's chain of credential providers in the bundles. A Lambda function has its
 * role's credentials in its environment, always; the other providers (SSO, profiles, processes,
 * instance metadata) would make every cold start read a tenth more code for nothing.
 */
export function defaultProvider() {
  return () => {
    const {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
    } = process.env;
    if (accessKeyId === undefined || secretAccessKey === undefined || sessionToken === undefined) {
      const message = 'The function has no credentials in its environment.';
      return Promise.reject(new UnreachableError(message));
    }
    return Promise.resolve({ accessKeyId, secretAccessKey, sessionToken });
  };
}
