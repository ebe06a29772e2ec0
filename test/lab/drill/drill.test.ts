import { spawn } from 'node:child_process';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { decideOnPage } from '../../../lab/drill/decide-on-page.ts';
import { visitByHttp } from '../../../lab/front-door/visit.ts';
import type { Ended } from './start-drill.ts';
import { Drill, limits, main, startDrill } from './start-drill.ts';

interface Row {
  readonly args: readonly string[];
  readonly outcome: string;
  readonly promotions: number;
}
const rows: readonly Row[] = [
  { args: ['--scenario', 'region-outage'], outcome: 'recovered', promotions: 1 },
  { args: ['--strategy', 'pilotLight', '--no-reconcile'], outcome: 'recovered', promotions: 1 },
  { args: ['--scenario', 'rpo-breach', '--approve'], outcome: 'recovered', promotions: 1 },
  { args: ['--scenario', 'rpo-breach', '--reject'], outcome: 'rejected', promotions: 0 },
  // The other ways to answer, each the real one.
  ...['mail', 'slack', 'cli'].map((way) => ({
    args: ['--scenario', 'rpo-breach', '--approve-by', way, '--no-reconcile'],
    ...{ outcome: 'recovered', promotions: 1 },
  })),
  { args: ['--scenario', 'false-alarm'], outcome: 'stoodDown', promotions: 0 },
  { args: ['--scenario', 'link-cut'], outcome: 'stoodDown', promotions: 0 },
  { args: ['--scenario', 'no-capacity'], outcome: 'failed', promotions: 1 },
  { args: ['--scenario', 'duplicate-alarms'], outcome: 'recovered', promotions: 1 },
  { args: ['--scenario', 'primary-returns'], outcome: 'recovered', promotions: 1 },
  { args: ['--scenario', 'primary-returns-late'], outcome: 'recovered', promotions: 1 },
  {
    args: ['--scenario', 'primary-returns', '--no-reconcile'],
    ...{ outcome: 'recovered', promotions: 1 },
  },
  { args: ['--failback', '--approve'], outcome: 'recovered', promotions: 1 },
];

const done = new Map<Row, Ended>();

/** A drill whose question is answered by whoever opens the link that it prints. */
async function decideByLink() {
  const args = [main, 'drill', '--json', '--scenario', 'rpo-breach'];
  const child = spawn(process.execPath, args, limits);
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (said.out += chunk));
  const link = await new Promise<string>((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      said.err += chunk;
      const found = /: (http:\/\/127\.0\.0\.1\S+\/approvals\/\S+)\n/.exec(said.err)?.[1];
      if (found !== undefined) resolve(found);
    });
    void ended.then(() => {
      reject(new Error(`No link was printed: ${said.err}`));
    });
  });
  const waited = await Promise.race([ended, new Promise((go) => setTimeout(go, 3000, 'waits'))]);
  const before = { waited, ...said };
  const { status, title } = await decideOnPage(visitByHttp, link, 'rejected', 'not today');
  return { before, answer: { status, title }, code: await ended, out: said.out };
}

describe('failover drill', () => {
  let byLink: ReturnType<typeof decideByLink>;

  // Three at a time, as a drill mostly waits; it shows that drills do not disturb each other.
  beforeAll(async () => {
    byLink = decideByLink();
    const queue = [...rows];
    const work = async (): Promise<void> => {
      for (let row = queue.shift(); row; row = queue.shift())
        done.set(row, await startDrill(row.args).ended);
    };
    // What the one by link comes to is a test's to say.
    await Promise.all([work(), work(), byLink.catch(() => undefined).then(work)]);
  }, 400_000);

  it.each(rows)('$args: ends as $outcome, and every write is accounted for', (row) => {
    const { code, out } = done.get(row) ?? { code: null, out: '' };
    const found: Drill = Drill.parse(JSON.parse(out));
    expect({ code, outcome: found.outcome, faults: found.faults }).toStrictEqual({
      code: 0,
      outcome: row.outcome,
      faults: [],
    });
    expect(found.promotions).toBe(row.promotions);
    expect(found.asExpected).toBe(true);
    const { acknowledged, onNewPrimary, lost, unexplained } = found.writes;
    expect(onNewPrimary + lost + unexplained).toBe(acknowledged);
    // What the clients remember as lost is what reading both databases finds, or more: a write
    // may be committed there whose client never heard of it.
    const orders = found.comparison?.rows.filter(({ name }) => name === 'orders') ?? [];
    expect(found.comparison === null).toBe(found.promotions === 0);
    expect(orders.filter((each) => each.class === 'lostInsert').length).toBeGreaterThanOrEqual(
      lost,
    );
    // In the end of the story nothing is missing.
    if (found.reconciliation !== null) {
      expect(found.reconciliation.missing).toStrictEqual([]);
      expect(found.reconciliation.end).toBe('Reconciled');
      expect(found.reconciliation.applied).toBeGreaterThanOrEqual(lost);
    }
    // Only a service that is in the standby Region has an old primary.
    const isThere = found.promotions > 0 && row.outcome === 'recovered';
    const isLeft = !isThere || row.args.includes('--no-reconcile');
    expect(found.reconciliation === null).toBe(isLeft);
    const { measuredSeconds, predictedBoundSeconds } = found.rpo;
    if (row.outcome === 'recovered') {
      expect(measuredSeconds).toBeLessThanOrEqual(predictedBoundSeconds ?? -1);
      expect(found.rto.measuredSeconds).not.toBeNull();
    }
  });

  it('explain what was lost by the slot that was kept until then', () => {
    const kinds = [...done.values()].map(({ out }) => {
      return Drill.parse(JSON.parse(out)).comparison?.source.kind;
    });
    expect(kinds).toContain('slot');
  });

  it('bring the service home, with every order that was ever acknowledged', () => {
    const [, ended] = [...done].find(([{ args }]) => args.includes('--failback')) ?? [];
    const { failback, writes } = Drill.parse(JSON.parse(ended?.out ?? ''));
    expect(failback).toMatchObject({ end: 'Moved', protection: 'Prepared', missing: [] });
    expect([failback?.invented, failback?.twice]).toStrictEqual([[], 0]);
    // Clients wrote before the way home, and on it.
    expect([writes.acknowledged > 0, (failback?.acknowledged ?? 0) > 100]).toStrictEqual([
      true,
      true,
    ]);
    expect(failback?.path).toContain('RebuildReplica');
  });

  it('prints a link and waits, until somebody decides there', async () => {
    const { before, answer, code, out } = await byLink;
    expect({ waited: before.waited, out: before.out }).toStrictEqual({ waited: 'waits', out: '' });
    expect(before.err).toContain('Open one of these pages to decide, until ');
    expect(answer).toEqual({ status: 200, title: expect.stringContaining('Rejected') });
    expect(code).toBe(0);
    expect(Drill.parse(JSON.parse(out))).toMatchObject({ outcome: 'rejected', promotions: 0 });
  });
});
