import { describeError } from '../core/errors.ts';
import type { HttpsCheck } from '../core/plan/fields.ts';
import type { Runtime } from './runtime.ts';

/** What one request proved. */
export interface CheckResult {
  readonly passed: boolean;
  readonly why: string;
}

/** Makes a request and holds the answer against what the plan expects. Never throws. */
async function runCheck(runtime: Runtime, check: HttpsCheck): Promise<CheckResult> {
  const { url, method, connectTimeoutMilliseconds, readTimeoutMilliseconds } = check;
  const label = `${method} ${url}`;
  try {
    const { status, body } = await runtime.network.https({
      url,
      method,
      connectTimeoutMilliseconds,
      readTimeoutMilliseconds,
    });
    if (status !== check.expectStatus) {
      return { passed: false, why: `${label}: ${status}, expected ${check.expectStatus}` };
    }
    if (check.expectBody !== undefined && !body.includes(check.expectBody)) {
      return { passed: false, why: `${label}: the answer lacks "${check.expectBody}"` };
    }
    return { passed: true, why: `${label}: ${status}` };
  } catch (error) {
    return { passed: false, why: `${label}: ${describeError(error)}` };
  }
}

/** Makes all requests at once. */
export async function runChecks(
  runtime: Runtime,
  checks: readonly HttpsCheck[],
): Promise<CheckResult[]> {
  return await Promise.all(checks.map(async (check) => await runCheck(runtime, check)));
}
