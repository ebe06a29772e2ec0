import { plainPage } from '../../../core/approval/page/plain-page.ts';
import { describeError } from '../../../core/errors.ts';
import { logEvents } from '../../../core/log-events.ts';
import type { Runtime } from '../../runtime.ts';

/** An HTML page with its status. */
export interface Page {
  readonly status: 200 | 400 | 403 | 404 | 405 | 409 | 410 | 413 | 415 | 422 | 500;
  readonly html: string;
}

/** What to do where the page cannot help. */
export const elsewhere =
  'You can still decide in Slack, or on the command line with failover approve or failover reject.';

/** A page that shows nothing of any incident; with a path, it leads back to the question there. */
export async function plain(
  status: Page['status'],
  title: string,
  lines: readonly string[],
  path?: string,
): Promise<Page> {
  const onward = path === undefined ? {} : { onward: { path, words: 'Back to the question' } };
  return { status, html: await plainPage({ title, lines, ...onward }) };
}

/** For every address but that of an approval. */
export async function nothingHere(): Promise<Page> {
  return await plain(404, 'Nothing is here', ['Follow the link in the message as it is.']);
}

/** For methods that a browser does not use here. */
export async function wrongMethod(): Promise<Page> {
  return await plain(405, 'Not possible', ['This page is read, or its form is sent.']);
}

/** For what is no web request, and so never comes to a route. */
export async function unreadable(): Promise<Response> {
  const { html, status } = await plain(400, 'Not possible', ['This request cannot be read.']);
  return new Response(html, { status, headers: { 'content-type': 'text/html; charset=UTF-8' } });
}

/** For failures: what happened is in the log, and nobody else's business. */
export async function failed(runtime: Runtime, error: unknown): Promise<Page> {
  runtime.log.error(logEvents.stepFailed, { step: 'FrontDoor', error: describeError(error) });
  const lines = ['Something failed on our side. Try again in a moment.', elsewhere];
  return await plain(500, 'This did not work', lines);
}
