import { Hono } from 'hono';
import type { FunctionUrlAnswer, Visitor } from '../aws/approvals/front-door/function-url.ts';
import {
  FunctionUrlEvent,
  toAnswer,
  toRequest,
  visitorOf,
} from '../aws/approvals/front-door/function-url.ts';
import * as pages from '../aws/approvals/front-door/plain-pages.ts';
import { showQuestion } from '../aws/approvals/front-door/show-question.ts';
import { takeVote } from '../aws/approvals/front-door/take-vote.ts';
import { answerSlackAction } from '../aws/approvals/slack-actions.ts';
import { awsRuntime } from '../aws/aws-runtime.ts';
import type { Runtime } from '../aws/runtime.ts';

/** Ids as OpenIncident makes them; nothing else becomes a key of the table. */
const APPROVAL = '/approvals/:id{[A-Za-z0-9.-]{1,200}}';

function createApp(runtime: Runtime): Hono<{ Bindings: Visitor }> {
  const app = new Hono<{ Bindings: Visitor }>();

  app.get(APPROVAL, async (context) => {
    const token = context.req.query('link') ?? '';
    const page = await showQuestion(runtime, context.req.param('id'), token);
    return context.html(page.html, page.status);
  });

  app.post(APPROVAL, async (context) => {
    const token = context.req.query('link') ?? '';
    const path = `${context.req.path}?${new URLSearchParams({ link: token }).toString()}`;
    const refused = await takeVote(runtime, {
      incidentId: context.req.param('id'),
      token,
      path,
      headers: context.req.raw.headers,
      body: new Uint8Array(await context.req.arrayBuffer()),
      visitor: context.env,
    });
    if (refused === null) return context.redirect(path, 303);
    return context.html(refused.html, refused.status);
  });

  app.post('/slack/actions', async (context) => {
    const { status, body } = await answerSlackAction(runtime, {
      rawBody: await context.req.text(),
      headers: context.req.header(),
      address: context.env.address,
      askedAt: context.env.askedAt,
    });
    return context.text(body, status);
  });

  app.all(APPROVAL, async (context) => {
    return context.html((await pages.wrongMethod()).html, 405, { Allow: 'GET, HEAD, POST' });
  });
  app.notFound(async (context) => context.html((await pages.nothingHere()).html, 404));
  app.onError(async (error, context) =>
    context.html((await pages.failed(runtime, error)).html, 500),
  );
  return app;
}

/**
 * The only door to the internet. GET and HEAD show the page of a personal link and change nothing;
 * POST records a vote, of a form or of a click in Slack, and the stream of the table does the rest.
 * No address and no form is ever logged: they hold the tokens. What is sent twice is one vote.
 */
export function frontDoor(runtime: Runtime): (event: unknown) => Promise<FunctionUrlAnswer> {
  const app = createApp(runtime);
  return async (given) => {
    const event = FunctionUrlEvent.parse(given);
    const request = toRequest(event);
    if (request === undefined) return await toAnswer(await pages.unreadable());
    return await toAnswer(await app.fetch(request, visitorOf(event)));
  };
}

export const handler = async (event: unknown): Promise<FunctionUrlAnswer> =>
  await frontDoor(awsRuntime())(event);
