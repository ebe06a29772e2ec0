import { execFile } from 'node:child_process';
import { Transform } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parseArgs } from 'node:util';
import { createServer, connect } from 'node:net';
import type { Server } from 'node:net';
import * as z from 'zod';
import { comparePlainly } from './bench-plain.ts';
import { createWallClock } from '../lab/clock.ts';
import { initialiseCluster, seedStandby } from '../lab/parts/postgres-cluster.ts';
import { findPostgresTools } from '../lab/parts/postgres-tools.ts';
import { createPostgres } from '../lab/parts/postgres.ts';
import type { Postgres } from '../lab/parts/postgres.ts';
import { openSandbox } from '../lab/parts/sandbox.ts';
import type { Sandbox } from '../lab/parts/sandbox.ts';

/**
 * Measures `failover compare` on a large table: `npm run bench:compare -- ROWS [--spread] [--delay MS]
 * [--parallel N] [--runs N] [--changed N]`. Two real servers on loopback, some rows changed on each
 * side: the newest ones, or everywhere. Bytes are counted on the way, which may be made longer by a
 * delay each way; memory is the most that the process of a comparison ever had. In the same run both
 * tables are fetched and merged, which is the plain way.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    spread: { type: 'boolean', default: false },
    delay: { type: 'string', default: '0' },
    parallel: { type: 'string', default: '4' },
    runs: { type: 'string', default: '3' },
    changed: { type: 'string', default: '1000' },
  },
});
const ROWS = Number(positionals[0] ?? '1000000');
const CHANGED = Number(values.changed);
const RUNS = Number(values.runs);
const DELAY = Number(values.delay);
const PARALLEL = Number(values.parallel);

/** Rows that are made by one statement. */
const BATCH = 500_000;
const rowsFrom = (from: number): string => `
  SELECT n AS id, 'customer-' || n % 9999 AS customer, (n % 100000) / 100.0 AS total,
    repeat(md5(n::text), 3) AS note, '2026-10-02'::timestamptz + n * '1 s'::interval AS at
  FROM generate_series(${from + 1}::bigint, ${Math.min(from + BATCH, ROWS)}) n`;
const isSpread = values.spread;
const change = (side: 0 | 1): string => `
  UPDATE orders SET note = 'changed' WHERE ${
    isSpread
      ? `id % ${Math.floor((2 * ROWS) / CHANGED)} = ${side}`
      : `id > ${ROWS - CHANGED} AND id % 2 = ${side}`
  }`;

const clock = createWallClock();

/** A comparison in a process of its own. */
const Once = z.object({ seconds: z.number(), found: z.int(), bytes: z.number() });
const once = fileURLToPath(new URL('bench-compare-once.ts', import.meta.url));

async function startPair(sandbox: Sandbox): Promise<{ old: Postgres; writer: Postgres }> {
  const tools = await findPostgresTools(sandbox);
  const password = 'bench';
  const kit = { sandbox, tools, password };
  const folders = {
    old: await sandbox.makeFolder('old'),
    writer: await sandbox.makeFolder('writer'),
  };
  await initialiseCluster({ tools, password, folder: folders.old });
  const old = createPostgres({ ...kit, folder: folders.old });
  await old.start();
  await old.execute(`CREATE TABLE orders AS ${rowsFrom(0)}`);
  for (let from = BATCH; from < ROWS; from += BATCH)
    await old.execute(`INSERT INTO orders ${rowsFrom(from)}`);
  await old.execute('ALTER TABLE orders ADD PRIMARY KEY (id)');
  await old.execute('VACUUM ANALYZE orders');
  const port = old.port ?? 0;
  await seedStandby({
    ...{ tools, password, folder: folders.writer, primaryFolder: folders.old },
    ...{ primaryPort: port, linkPort: port },
  });
  const writer = createPostgres({ ...kit, folder: folders.writer });
  await writer.start();
  const Caught = z.object({ caught: z.boolean() });
  const End = z.object({ lsn: z.string() });
  const [end] = await old.query(End, 'SELECT pg_current_wal_flush_lsn()::text AS lsn');
  const sql = 'SELECT coalesce(pg_last_wal_replay_lsn() >= $1::pg_lsn, false) AS caught';
  while ((await writer.query(Caught, sql, [end?.lsn]))[0]?.caught !== true) await clock.sleep(100);
  await writer.promote();
  while (await writer.isInRecovery()) await clock.sleep(100);
  await old.execute(change(0));
  await writer.execute(change(1));
  return { old, writer };
}

/** A way to a server that counts what comes back over it. */
async function countingWay(
  to: Postgres,
): Promise<{ url: string; bytes: () => number; server: Server }> {
  const target = new URL(to.url());
  const { hostname, port: realPort } = target;
  let bytes = 0;
  // Without Nagle's delay, which neither end has: it would be measured instead.
  const server = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ port: Number(realPort), host: hostname, noDelay: true });
    upstream.on('data', (part) => (bytes += part.length));
    client.pipe(later()).pipe(upstream).pipe(later()).pipe(client);
    client.on('error', () => upstream.destroy());
    upstream.on('error', () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = z.object({ port: z.int() }).parse(server.address());
  target.port = String(port);
  return { url: target.href, bytes: () => bytes, server };
}

/** A way that takes its time, and is as wide as before. */
function later(): Transform {
  let last: Promise<unknown> = Promise.resolve();
  return new Transform({
    highWaterMark: 16 * 1024 * 1024,
    transform(part: Buffer, _encoding, done) {
      if (DELAY === 0) done(null, part);
      else {
        // In their order, whichever sleeps longer.
        last = Promise.all([last, clock.sleep(DELAY)]).then(() => void this.push(part));
        done();
      }
    },
    flush(done) {
      void last.then(() => {
        done();
      });
    },
  });
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

const sandbox = await openSandbox();
try {
  const { old, writer } = await startPair(sandbox);
  const Size = z.object({ bytes: z.number() });
  const [size] = await old.query(Size, `SELECT pg_table_size('orders')::float8 AS bytes`);
  const ways = [await countingWay(old), await countingWay(writer)] as const;
  const urls = { old: ways[0].url, writer: ways[1].url };
  const seconds: number[] = [];
  let wire = 0;
  let found = 0;
  let most = 0;
  for (let run = 0; run < RUNS; run += 1) {
    const bytesBefore = ways[0].bytes() + ways[1].bytes();
    const { stdout } = await promisify(execFile)(process.execPath, [
      ...[once, urls.old, urls.writer, String(PARALLEL)],
    ]);
    const result = Once.parse(JSON.parse(stdout));
    seconds.push(result.seconds);
    wire = ways[0].bytes() + ways[1].bytes() - bytesBefore;
    most = Math.max(most, result.bytes);
    found = result.found;
  }
  const plainFrom = performance.now();
  const differing = await comparePlainly(urls);
  const plainSeconds = (performance.now() - plainFrom) / 1000;
  for (const { server } of ways) server.close();
  const rate = ROWS / median(seconds);
  const plain = ROWS / plainSeconds;
  const share = (100 * wire) / (2 * (size?.bytes ?? NaN));
  process.stdout.write(
    [
      `${ROWS} rows a side (${((size?.bytes ?? 0) / 1e6).toFixed(0)} MB)`,
      `${CHANGED} changed, half of them on each, ${isSpread ? 'everywhere' : 'the newest'}; found ${found}`,
      `sessions a side    ${PARALLEL}, ${DELAY} ms each way`,
      `rows a second      ${rate.toFixed(0)} (median of ${RUNS})`,
      `the plain way      ${plain.toFixed(0)} rows a second; this is ${(rate / plain).toFixed(1)} times as fast; ` +
        `${differing} rows differ`,
      `over the wire      ${(wire / 1e6).toFixed(2)} MB, ${share.toFixed(2)} % of both tables`,
      `memory             ${(most / 1e6).toFixed(0)} MB at the most, of the whole process`,
      '',
    ].join('\n'),
  );
} finally {
  await sandbox.close();
}
