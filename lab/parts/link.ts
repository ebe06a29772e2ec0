import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { loopbackPort } from './ports.ts';

/** What a link does with traffic: pass it, stall it (sockets stay open), or break it. */
type LinkState = 'healthy' | 'hanging' | 'cut';

/** Counters of a link, both ways, since it was opened. */
interface LinkTraffic {
  readonly bytesForward: number;
  readonly bytesBackward: number;
  /** When the last byte passed, in either direction. */
  readonly lastByteAt: Date | undefined;
  readonly connections: number;
}

/**
 * A TCP proxy on a loopback port: the road between two Regions, or the gate before a database.
 * While it is cut, new connections are accepted and reset at once: the same to a client as a
 * refusal, and the port cannot be lost to somebody else meanwhile.
 */
export interface Link {
  readonly port: number;
  readonly state: LinkState;
  /** Drops every connection and refuses new ones. */
  cut(): void;
  /** Stalls every byte, both ways; connections stay open and new ones are taken, but not served. */
  hang(): void;
  /** Lets traffic pass again, stalled bytes included. */
  heal(): void;
  /** Sends new connections to another port; undefined refuses them. Old ones stay. */
  retarget(port: number | undefined): void;
  traffic(): LinkTraffic;
  close(): Promise<void>;
}

/** Opens a link to a loopback port, which may also be set later. */
export async function openLink(targetPort?: number): Promise<Link> {
  const link = new TcpLink(targetPort);
  await link.listen();
  return link;
}

class TcpLink implements Link {
  state: LinkState = 'healthy';
  readonly #server: Server;
  readonly #pairs = new Map<Socket, Socket | undefined>();
  #target: number | undefined;
  #port = 0;
  #forward = 0;
  #backward = 0;
  #lastByteAt: Date | undefined;

  constructor(target: number | undefined) {
    this.#target = target;
    this.#server = createServer({ pauseOnConnect: true, allowHalfOpen: true, noDelay: true });
    this.#server.on('connection', (socket) => {
      this.#accept(socket);
    });
  }

  get port(): number {
    return this.#port;
  }

  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, '127.0.0.1', () => {
        this.#port = loopbackPort(this.#server);
        resolve();
      });
    });
  }

  cut(): void {
    this.state = 'cut';
    this.#dropAll();
  }

  hang(): void {
    this.state = 'hanging';
    for (const [client, server] of this.#pairs) {
      client.pause();
      server?.pause();
    }
  }

  heal(): void {
    this.state = 'healthy';
    for (const [client, server] of this.#pairs) {
      if (server === undefined) this.#serve(client);
      server?.resume();
      client.resume();
    }
  }

  retarget(port: number | undefined): void {
    this.#target = port;
  }

  traffic(): LinkTraffic {
    return {
      bytesForward: this.#forward,
      bytesBackward: this.#backward,
      lastByteAt: this.#lastByteAt,
      connections: this.#pairs.size,
    };
  }

  close(): Promise<void> {
    this.#dropAll();
    return new Promise((resolve) => {
      this.#server.close(() => {
        resolve();
      });
    });
  }

  #dropAll(): void {
    for (const [client, server] of this.#pairs) {
      client.resetAndDestroy();
      server?.resetAndDestroy();
    }
    this.#pairs.clear();
  }

  #accept(client: Socket): void {
    client.on('error', () => undefined);
    if (this.state === 'cut' || this.#target === undefined) {
      client.resetAndDestroy();
      return;
    }
    this.#pairs.set(client, undefined);
    client.on('close', () => this.#pairs.delete(client));
    if (this.state === 'healthy') this.#serve(client);
  }

  #serve(client: Socket): void {
    const port = this.#target;
    if (port === undefined) {
      client.resetAndDestroy();
      return;
    }
    const server = connect({ host: '127.0.0.1', port, noDelay: true, allowHalfOpen: true });
    this.#pairs.set(client, server);
    this.#pump(client, server, (bytes) => (this.#forward += bytes));
    this.#pump(server, client, (bytes) => (this.#backward += bytes));
    server.on('error', () => client.resetAndDestroy());
    server.on('close', () => {
      client.destroySoon();
    });
    client.on('close', () => server.destroy());
    client.resume();
  }

  #pump(from: Socket, to: Socket, count: (bytes: number) => void): void {
    from.on('data', (chunk: Buffer) => {
      count(chunk.length);
      this.#lastByteAt = new Date();
      if (!to.write(chunk)) from.pause();
    });
    to.on('drain', () => {
      if (this.state === 'healthy') from.resume();
    });
    from.on('end', () => {
      to.end();
    });
  }
}
