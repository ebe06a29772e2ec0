import * as z from 'zod';
import type { Account } from '../account.ts';
import type { LabClock } from '../clock.ts';
import { functionUrlEvent } from './function-url-event.ts';

/** A request of somebody at the front door. */
export interface VisitRequest {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What came back in the end, after redirects. */
export interface Visited {
  readonly status: number;
  readonly url: string;
  readonly text: string;
}

/** Goes to the front door, over the network or straight to the function. */
export type Visit = (url: string, request: VisitRequest) => Promise<Visited>;

/** Over the loopback network, as a browser does. */
export const visitByHttp: Visit = async (url, { method, headers, body }) => {
  const answer = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });
  return { status: answer.status, url: answer.url, text: await answer.text() };
};

const Answer = z.object({
  statusCode: z.int(),
  headers: z.record(z.string(), z.string()),
  body: z.string().default(''),
});

/** Straight to the function, for virtual time, where nothing listens. */
export function visitFunction(account: Account, clock: LabClock): Visit {
  const visit: Visit = async (url, { method, headers, body = '' }) => {
    const { host, pathname, search } = new URL(url);
    const event = functionUrlEvent({
      method,
      target: `${pathname}${search}`,
      headers: Object.entries({ ...headers, host }),
      body: Buffer.from(body),
      sourceIp: '127.0.0.1',
      at: clock.now(),
    });
    const answer = Answer.parse(await account.frontDoor(event));
    const { location } = answer.headers;
    if (answer.statusCode !== 303 || location === undefined) {
      return { status: answer.statusCode, url, text: answer.body };
    }
    return await visit(new URL(location, url).href, { method: 'GET', headers: {} });
  };
  return visit;
}
