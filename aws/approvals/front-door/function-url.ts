import * as z from 'zod';
import { styleHash } from '../../../core/approval/page/style.ts';

/** A request to a Lambda function URL (payload 2.0), as far as we use it. */
export const FunctionUrlEvent = z.object({
  rawPath: z.string(),
  rawQueryString: z.string(),
  headers: z.record(z.string(), z.string()),
  requestContext: z.object({
    domainName: z.string(),
    http: z.object({ method: z.string(), sourceIp: z.string(), userAgent: z.string().nullish() }),
    /** When the request came in: before a cold start, which whoever asks has to wait for, too. */
    timeEpoch: z.number().optional(),
  }),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().default(false),
});
export type FunctionUrlEvent = z.infer<typeof FunctionUrlEvent>;

/** What a function URL takes as an answer. */
export interface FunctionUrlAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isBase64Encoded: false;
}

/** Who asks, as AWS saw it: not taken from any header that the visitor wrote. */
export interface Visitor {
  readonly address: string;
  readonly agent: string | null;
  /** The name under which we were asked: the function cannot be told its own URL. */
  readonly ownHost: string;
  /** When AWS got the request; undefined if it does not say. */
  readonly askedAt: Date | undefined;
}

/** Said with every answer, whatever it is: nothing runs, nothing is kept, nothing is passed on. */
const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy':
    `default-src 'none'; style-src '${styleHash}'; form-action 'self'; ` +
    "frame-ancestors 'none'; base-uri 'none'",
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  // The address of a page is the key to it. Browsers then send `Origin: null` with its form.
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=63072000',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-robots-tag': 'noindex, nofollow',
};

/**
 * The event as a web request. Hono's own adapter for Lambda is deprecated, and answers what it
 * cannot read without our headers.
 * @returns undefined if no web request can be like that: the method TRACE, for example
 */
export function toRequest(event: FunctionUrlEvent): Request | undefined {
  const { rawPath, rawQueryString, headers, requestContext } = event;
  const { domainName, http } = requestContext;
  const query = rawQueryString === '' ? '' : `?${rawQueryString}`;
  const takesBody = http.method !== 'GET' && http.method !== 'HEAD';
  const encoding = event.isBase64Encoded ? 'base64' : 'utf8';
  try {
    return new Request(`https://${domainName}${rawPath}${query}`, {
      method: http.method,
      headers,
      ...(takesBody ? { body: Buffer.from(event.body ?? '', encoding) } : {}),
    });
  } catch {
    // Nothing but the request's own form can be wrong here.
    return undefined;
  }
}

/** Who sent the event. */
export function visitorOf({ requestContext }: FunctionUrlEvent): Visitor {
  const { domainName, http, timeEpoch } = requestContext;
  return {
    address: http.sourceIp,
    agent: http.userAgent ?? null,
    ownHost: domainName,
    askedAt: timeEpoch === undefined ? undefined : new Date(timeEpoch),
  };
}

/** A web response as a function URL takes it, with the headers that every answer has. */
export async function toAnswer(response: Response): Promise<FunctionUrlAnswer> {
  return {
    statusCode: response.status,
    headers: { ...Object.fromEntries(response.headers), ...securityHeaders },
    body: await response.text(),
    isBase64Encoded: false,
  };
}
