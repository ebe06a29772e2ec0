/**
 * The order service of the drill: a process of its own, which a Region's load balancer talks to.
 * It answers 201 only after COMMIT, and its health check is a committed write, so that neither a
 * read-only standby nor a hanging database looks healthy.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { openOrders } from './orders.ts';
import { parseSettings, SETTINGS_VARIABLE } from './settings.ts';

process.on('disconnect', () => process.exit(0)); // The drill is gone.
for (const name of ['SIGINT', 'SIGHUP'] as const) process.on(name, () => undefined);

const settings = parseSettings(process.env[SETTINGS_VARIABLE]);
const orders = openOrders(settings);

const server = createServer({ keepAliveTimeout: 120_000 }, (request, response) => {
  answer(request, response).catch((error: unknown) => {
    reply(response, 503, { outcome: 'failed', reason: String(error) });
  });
});

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' ? address?.port : undefined });
});

if (settings.heartbeatMilliseconds > 0) {
  // A beat that fails is the news itself: the row stays old.
  setInterval(() => void orders.beat().catch(() => undefined), settings.heartbeatMilliseconds);
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  switch (`${request.method ?? ''} ${request.url ?? ''}`) {
    case 'GET /health':
      await orders.beat();
      reply(response, 200, { healthy: true });
      return;
    case 'GET /orders/count':
      reply(response, 200, { count: await orders.count() });
      return;
    case 'POST /orders':
      await place(request, response);
      return;
    default:
      await check(request, response);
  }
}

/** Any other path is a health check of the plan, and proves a write as well; or there is none. */
async function check(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = (request.url ?? '').replace(/\?.*$/, '');
  const known = settings.checks.find((each) => each.path === path);
  if (known === undefined) {
    reply(response, 404, { reason: 'no such path' });
    return;
  }
  await orders.beat();
  response.writeHead(known.status, { 'content-type': 'text/plain' }).end(known.body);
}

async function place(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const order = parseOrder(await readBody(request));
  if (order === undefined) {
    reply(response, 400, { reason: 'an order needs id and client' });
    return;
  }
  const outcome = await orders.insert(order.id, order.client);
  const status = { committed: 201, failed: 503, unknown: 500 }[outcome];
  reply(response, status, { outcome, id: order.id });
}

async function readBody(request: IncomingMessage): Promise<string> {
  let text = '';
  request.setEncoding('utf8');
  request.on('data', (chunk: string) => (text += chunk));
  await new Promise((resolve, reject) => {
    request.on('end', resolve);
    request.on('error', reject);
  });
  return text;
}

function parseOrder(text: string): { readonly id: string; readonly client: string } | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if (!('id' in value) || !('client' in value)) return undefined;
  const { id, client } = value;
  return typeof id === 'string' && typeof client === 'string' ? { id, client } : undefined;
}

function reply(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify({ ...body, region: settings.region });
  response.writeHead(status, { 'content-type': 'application/json' }).end(text);
}
