import { once } from 'node:events';
import { Agent, get, request as httpRequest } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { DrillCertificates } from './certificates.ts';
import { errorCode, errorMessage } from './errors.ts';
import { loopbackPort } from './ports.ts';

/** What the load balancer knows of one target. A new target gets no traffic until it is healthy. */
interface TargetHealth {
  readonly id: string;
  readonly port: number;
  readonly state: 'initial' | 'healthy' | 'unhealthy';
  readonly reason: string;
}

/** An HTTPS load balancer of one Region. */
export interface LoadBalancer {
  readonly port: number;
  register(target: { readonly id: string; readonly port: number }): void;
  deregister(id: string): void;
  targetHealth(): readonly TargetHealth[];
  close(): Promise<void>;
}

/** How often targets are checked, and how long an answer may take. */
export interface LoadBalancerOptions {
  readonly certificates: DrillCertificates;
  readonly checkMilliseconds?: number;
  readonly checkTimeoutMilliseconds?: number;
}

interface Target {
  readonly id: string;
  readonly port: number;
  state: TargetHealth['state'];
  reason: string;
  failures: number;
  checking: boolean;
}

/** One good answer makes a target healthy; it takes two bad ones in a row to lose that. */
const FAILURES_TO_UNHEALTHY = 2;

/** Starts a load balancer on a free loopback port. */
export async function startLoadBalancer(options: LoadBalancerOptions): Promise<LoadBalancer> {
  const targets = new Map<string, Target>();
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 16 });
  const { certificates, checkTimeoutMilliseconds: timeoutMilliseconds = 1_200 } = options;
  let turn = 0;
  const server = createServer(
    { key: certificates.key, cert: certificates.cert, keepAliveTimeout: 60_000 },
    (request, response) => {
      const healthy = [...targets.values()].filter(({ state }) => state === 'healthy');
      const target = healthy[turn++ % Math.max(healthy.length, 1)];
      if (target === undefined) refuse(response, 503, 'no healthy target');
      else forward(request, response, target, agent);
    },
  );
  server.on('clientError', (_error, socket) => socket.destroy());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const checks = setInterval(() => {
    for (const target of targets.values()) check(target, timeoutMilliseconds);
  }, options.checkMilliseconds ?? 200);
  return {
    port: loopbackPort(server),
    register({ id, port }) {
      const target = newTarget(id, port);
      targets.set(id, target);
      check(target, timeoutMilliseconds);
    },
    deregister: (id) => void targets.delete(id),
    targetHealth: () =>
      [...targets.values()].map(({ id, port, state, reason }) => ({ id, port, state, reason })),
    async close() {
      clearInterval(checks);
      targets.clear();
      agent.destroy();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function newTarget(id: string, port: number): Target {
  return { id, port, state: 'initial', reason: 'not checked yet', failures: 0, checking: false };
}

/** 503 promises that nothing was done; 502 does not, since the target may have got the request. */
function refuse(response: ServerResponse, status: 502 | 503, reason: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const body = { outcome: status === 503 ? 'failed' : 'unknown', reason };
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function forward(
  request: IncomingMessage,
  response: ServerResponse,
  target: Target,
  agent: Agent,
): void {
  const { method, url, headers } = request;
  const upstream = httpRequest(
    { host: '127.0.0.1', port: target.port, method, path: url, headers, agent },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
      answer.on('error', () => response.destroy());
    },
  );
  upstream.on('error', (error) => {
    refuse(response, errorCode(error) === 'ECONNREFUSED' ? 503 : 502, errorMessage(error));
  });
  request.on('error', () => upstream.destroy());
  response.on('close', () => {
    if (!response.writableFinished) upstream.destroy();
  });
  request.pipe(upstream);
}

function check(target: Target, timeoutMilliseconds: number): void {
  if (target.checking) return;
  target.checking = true;
  const note = (failure: string | undefined) => {
    if (!target.checking) return;
    target.checking = false;
    target.failures = failure === undefined ? 0 : target.failures + 1;
    if (failure === undefined) target.state = 'healthy';
    else if (target.failures >= FAILURES_TO_UNHEALTHY) target.state = 'unhealthy';
    target.reason = failure ?? 'answers';
  };
  const question = get(
    { host: '127.0.0.1', port: target.port, path: '/health', timeout: timeoutMilliseconds },
    (answer) => {
      answer.resume();
      note(answer.statusCode === 200 ? undefined : `health check got ${answer.statusCode ?? 0}`);
    },
  );
  question.on('timeout', () => question.destroy(new Error('health check timed out')));
  question.on('error', (error) => {
    note(errorMessage(error));
  });
}
