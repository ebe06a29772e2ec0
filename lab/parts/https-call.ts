import { Agent, request } from 'node:https';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import type { Endpoint } from './address-book.ts';
import { errorMessage, systemError } from './errors.ts';

/** How to call a service of the drill. */
export interface CallerOptions {
  readonly dial: (endpoint: Endpoint) => Socket;
  /** The drill's certificate authority (PEM). */
  readonly ca: string;
  readonly timeoutMilliseconds: number;
}

/** One call: to an address, in the name of a host. */
interface Call {
  readonly ip: string;
  readonly host: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: object;
}

/** How the call ended. Without an answer, `sent` says whether the request may have arrived. */
export type CallResult =
  | { readonly answered: true; readonly status: number; readonly body: unknown }
  | { readonly answered: false; readonly sent: boolean; readonly reason: string };

/** Calls over kept-alive connections, one pool for each address. */
export interface Caller {
  call(call: Call): Promise<CallResult>;
  close(): void;
}

/** Opens a caller. */
export function createCaller(options: CallerOptions): Caller {
  const established = new WeakSet<Socket>();
  const agent = new DialingAgent(options, established);
  return {
    call: (call) => callOnce(call, agent, established, options.timeoutMilliseconds),
    close() {
      agent.destroy();
    },
  };
}

class DialingAgent extends Agent {
  readonly #options: CallerOptions;
  readonly #established: WeakSet<Socket>;

  constructor(options: CallerOptions, established: WeakSet<Socket>) {
    super({ keepAlive: true, maxSockets: 8, maxCachedSessions: 0 });
    this.#options = options;
    this.#established = established;
  }

  override createConnection(options: {
    host?: string | null | undefined;
    servername?: string | undefined;
  }): TLSSocket {
    const socket = this.#options.dial({ host: options.host ?? '', port: 443 });
    const servername = options.servername ?? '';
    const tls = connectTls({ socket, servername, ca: this.#options.ca });
    tls.once('secureConnect', () => this.#established.add(tls));
    tls.once('close', () => socket.destroy());
    return tls;
  }
}

function callOnce(
  call: Call,
  agent: Agent,
  established: WeakSet<Socket>,
  timeoutMilliseconds: number,
): Promise<CallResult> {
  return new Promise((resolve) => {
    const { ip, host, method, path, body } = call;
    const text = body === undefined ? '' : JSON.stringify(body);
    const headers = { host, 'content-type': 'application/json', 'content-length': text.length };
    const question = request(
      { host: ip, port: 443, servername: host, method, path, headers, agent },
      (answer) => {
        let received = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => (received += chunk));
        answer.on('end', () => {
          finish({ answered: true, status: answer.statusCode ?? 0, body: parseJson(received) });
        });
        answer.on('error', (error) => {
          finish({ answered: false, sent: true, reason: errorMessage(error) });
        });
      },
    );
    const timer = setTimeout(() => {
      question.destroy(systemError('ETIMEDOUT', `no answer in ${timeoutMilliseconds} ms`));
    }, timeoutMilliseconds);
    const finish = (result: CallResult) => {
      clearTimeout(timer);
      resolve(result);
    };
    question.on('error', (error) => {
      const sent = question.socket !== null && established.has(question.socket);
      finish({ answered: false, sent, reason: errorMessage(error) });
    });
    question.end(text);
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
