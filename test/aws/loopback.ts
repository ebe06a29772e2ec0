import * as net from 'node:net';
import * as tls from 'node:tls';
import { generate } from 'selfsigned';

/** A certificate that its own holder has signed. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Makes a certificate for this name that is valid between these dates. */
export async function certificateFor(
  host: string,
  notBeforeDate = new Date('2020-01-01'),
  notAfterDate = new Date('2100-01-01'),
): Promise<Certificate> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: host }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate,
    notAfterDate,
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: host }] }],
  });
  return { cert, key };
}

/** A server on a free port of this machine that keeps an eye on its connections. */
export interface Loopback {
  readonly port: number;
  /** Resolves once every connection is closed. */
  drained(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a TCP server that does this with every connection. */
export async function startTcp(onSocket: (socket: net.Socket) => void): Promise<Loopback> {
  return await listen(net.createServer(onSocket));
}

/** Starts a TLS server that does this with every secured connection. */
export async function startTls(
  certificate: Certificate,
  onSocket: (socket: net.Socket) => void,
): Promise<Loopback> {
  return await listen(tls.createServer({ ...certificate }, onSocket));
}

/** Starts a TLS server that waits for a request and then does this. */
export async function startHttps(
  certificate: Certificate,
  onRequest: (socket: net.Socket, request: string) => void,
): Promise<Loopback> {
  return await startTls(certificate, (socket) => {
    let request = '';
    socket.on('error', () => undefined);
    socket.on('data', (part: Buffer) => {
      const begun = request.includes('\r\n\r\n');
      request += part.toString('utf8');
      if (!begun && request.includes('\r\n\r\n')) onRequest(socket, request);
    });
  });
}

async function listen(server: net.Server): Promise<Loopback> {
  const open = new Set<net.Socket>();
  server.on('connection', (socket: net.Socket) => {
    open.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => open.delete(socket));
    // Without a reader a server never learns that the other side has gone.
    if (!(server instanceof tls.Server)) socket.resume();
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    async drained() {
      const closings = [...open].map(
        (socket) =>
          new Promise<void>((resolve) =>
            socket.once('close', () => {
              resolve();
            }),
          ),
      );
      await Promise.all(closings);
    },
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
