import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

/** The port a listening server was given. */
export function loopbackPort(server: { address(): AddressInfo | string | null }): number {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server has no port');
  return address.port;
}

/**
 * A port nobody uses at this moment, for programs that cannot choose one themselves. Somebody else
 * may take it first: be ready to ask again.
 */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = loopbackPort(server);
  server.close();
  await once(server, 'close');
  return port;
}
