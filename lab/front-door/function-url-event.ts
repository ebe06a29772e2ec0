import type { Json } from '../../core/json.ts';

/** A request as it comes from the wire. */
export interface WireRequest {
  readonly method: string;
  /** Path and query as they were sent, not decoded. */
  readonly target: string;
  /** Name and value of each header, in the order and case in which they came. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
  readonly sourceIp: string;
  readonly at: Date;
}

/** Bodies of these types are handed on as text, all others in base64. */
const textual = /^(text\/|application\/(json|javascript|xml)\b)/i;

/**
 * The event that a Lambda function URL makes of a request: payload format 2.0. Header names are in
 * lower case, repeated ones are joined by commas, cookies are apart.
 */
export function functionUrlEvent(request: WireRequest): Json {
  const { method, target, body, sourceIp, at } = request;
  const [rawPath = '', ...query] = target.split('?');
  const rawQueryString = query.join('?');
  const headers = joined(request.headers);
  const { cookie, ...others } = headers;
  const isText = textual.test(headers['content-type'] ?? '');
  const domainName = headers['host'] ?? 'localhost';
  const requestId = '00000000-0000-4000-8000-000000000000';
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString,
    ...(cookie === undefined ? {} : { cookies: cookie.split(/; ?/) }),
    headers: others,
    ...(rawQueryString === '' ? {} : { queryStringParameters: parameters(rawQueryString) }),
    requestContext: {
      accountId: 'anonymous',
      apiId: 'lab',
      domainName,
      domainPrefix: domainName.split('.')[0] ?? '',
      http: {
        method,
        path: rawPath,
        protocol: 'HTTP/1.1',
        sourceIp,
        userAgent: headers['user-agent'] ?? null,
      },
      requestId,
      routeKey: '$default',
      stage: '$default',
      time: at.toISOString(),
      timeEpoch: at.getTime(),
    },
    ...(body.byteLength === 0
      ? {}
      : { body: Buffer.from(body).toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.byteLength > 0 && !isText,
  };
}

function joined(pairs: WireRequest['headers']): Record<string, string> {
  const values = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    const key = name.toLowerCase();
    values.set(key, [...(values.get(key) ?? []), value]);
  }
  return Object.fromEntries([...values].map(([key, list]) => [key, list.join(',')]));
}

function parameters(query: string): Record<string, string> {
  return joined([...new URLSearchParams(query)]);
}
