import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import pg from 'pg';
import { openSide } from '../../../aws/postgres/side.ts';
import type { Access, Side } from '../../../aws/postgres/side.ts';
import { DATABASE_USER } from '../../../lab/parts/postgres-cluster.ts';
import type { RealPair } from '../../lab/simulation/postgres-pair.ts';
import { makePairTemplate } from '../../lab/simulation/postgres-template.ts';
import type { PairTemplate } from '../../lab/simulation/postgres-template.ts';

export type Place = 'primary' | 'standby';

/** A pair for each test of a file, and sessions with it that are closed after the test. */
interface PairSessions {
  readonly pair: () => RealPair;
  readonly urlOf: (place: Place, user?: string, database?: string) => string;
  /** As a switchover opens one. */
  readonly side: (place: Place, access?: Access, url?: string) => Promise<Side>;
  /** Source and target, as a switchover sees them. */
  readonly both: () => Promise<readonly [Side, Side]>;
  /** Somebody else's, which stays open. */
  readonly session: (place?: Place, url?: string) => Promise<pg.Client>;
}

/** Called once in a `describe`: its hooks open and close everything. */
export function usePairSessions(): PairSessions {
  let template: PairTemplate;
  let opened: RealPair;
  let closing: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    template = await makePairTemplate();
  }, 60_000);
  afterAll(() => template.close());
  beforeEach(async () => {
    opened = await template.open();
  });
  afterEach(async () => {
    // Sessions that were ended have nothing to say any more.
    await Promise.allSettled(closing.map((close) => close()));
    closing = [];
    await opened.close();
  });
  const urlOf = (place: Place, user = DATABASE_USER, database = 'postgres'): string => {
    const { port, password } = opened.server(place);
    return `postgres://${user}:${password}@127.0.0.1:${port}/${database}`;
  };
  const side = async (place: Place, access: Access = 'writes', url = urlOf(place)) => {
    const found = await openSide(`The ${place}`, url, access);
    closing.push(() => found.close());
    return found;
  };
  return {
    ...{ pair: () => opened, urlOf, side },
    both: async () => [await side('primary'), await side('standby', 'reads')],
    session: async (place = 'primary', url = urlOf(place)) => {
      const client = new pg.Client({ connectionString: url });
      client.on('error', () => undefined);
      await client.connect();
      closing.push(() => client.end());
      return client;
    },
  };
}
