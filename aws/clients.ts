import type { ClientConfig, ClientFactory } from './runtime.ts';

/**
 * Deadlines of every AWS call, in milliseconds. `requestTimeout` alone only warns: it is
 * `throwOnRequestTimeout` that makes it cut, and a call into a dead Region hangs without them.
 */
const requestHandler = {
  connectionTimeout: 2000,
  requestTimeout: 5000,
  socketTimeout: 5000,
  throwOnRequestTimeout: true,
} as const;

/**
 * The configuration of every client. One attempt: a retry belongs to the state machine, where it
 * can be seen, and a lost reply must never send a mutating call twice.
 */
function clientConfig(region: string): ClientConfig {
  return { region, maxAttempts: 1, requestHandler };
}

/** Makes a factory that builds each client once, with the Region written out. */
export function createClientFactory(
  prepare: (client: unknown, region: string) => void = () => undefined,
): ClientFactory {
  const cache = new Map<unknown, Map<string, unknown>>();
  return <Client>(Client: new (config: ClientConfig) => Client, region: string): Client => {
    const byRegion = cache.get(Client) ?? new Map<string, unknown>();
    cache.set(Client, byRegion);
    const known = byRegion.get(region);
    if (known instanceof Client) return known;
    const client = new Client(clientConfig(region));
    prepare(client, region);
    byRegion.set(region, client);
    return client;
  };
}
