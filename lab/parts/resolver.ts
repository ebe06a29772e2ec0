import DNS, { Packet } from 'dns2';
import { systemError } from './errors.ts';

/** Resolves names for a client, asking a real server over UDP. */
export interface Resolver {
  /** The addresses of a name. Throws when the name has none or the server does not answer. */
  readonly resolve: (name: string) => Promise<readonly string[]>;
}

/** How a resolver remembers. */
export interface ResolverOptions {
  readonly serverPort: number;
  /** `ttl` honours the time to live; `forever` keeps the first answer, as some clients do. */
  readonly cache: 'ttl' | 'forever';
  readonly timeoutMilliseconds?: number;
}

interface Remembered {
  readonly addresses: readonly string[];
  readonly expiresAt: number;
}

/** A caching stub resolver. Failures are not remembered, and a stale answer is never served. */
export function createResolver(options: ResolverOptions): Resolver {
  const remembered = new Map<string, Remembered>();
  const underway = new Map<string, Promise<readonly string[]>>();
  const ask = DNS.UDPClient({
    dns: '127.0.0.1',
    port: options.serverPort,
    timeout: options.timeoutMilliseconds ?? 1_000,
  });

  const refresh = async (name: string): Promise<readonly string[]> => {
    const answer = await ask(name, 'A');
    const records = answer.answers.filter((record) => record.type === Packet.TYPE.A);
    const addresses = records.flatMap((record) => record.address ?? []);
    if (answer.header.rcode !== 0 || addresses.length === 0) {
      throw systemError('ENOTFOUND', `${name} has no address (rcode ${answer.header.rcode})`);
    }
    const ttlSeconds = Math.min(...records.map((record) => record.ttl));
    const lifetime = options.cache === 'forever' ? Infinity : ttlSeconds * 1_000;
    remembered.set(name, { addresses, expiresAt: Date.now() + lifetime });
    return addresses;
  };

  return {
    async resolve(name) {
      const known = remembered.get(name);
      if (known !== undefined && known.expiresAt > Date.now()) return known.addresses;
      let question = underway.get(name);
      if (question === undefined) {
        question = refresh(name).finally(() => underway.delete(name));
        underway.set(name, question);
      }
      return await question;
    },
  };
}
