import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from '@jest/globals';
import { RECONCILED } from '../../aws/switchover/standing.ts';
import { reconciledCommand } from '../../cli/reconciled.ts';
import { afterFailover } from '../functions/switchover-bench.ts';
import type { failedOver } from '../functions/watch-bench.ts';
import { connectTo, terminalOf } from './operator.ts';
import type { Found } from './reports.ts';
import { reportOf } from './reports.ts';

/** Gives every test of a file a folder for its reports, and an operator who has compared. */
export function operatorWithReports() {
  const held = { folder: '' };
  beforeEach(async () => {
    held.folder = await mkdtemp(join(tmpdir(), 'reconciled-'));
  });
  afterEach(() => rm(held.folder, { recursive: true }));
  const write = async (found?: Found) => await reportOf(held.folder, found);
  return { write, prepare: async (...args: Given) => await prepare(await write(args[0]), args[1]) };
}

type Given = [found?: Found, bench?: Awaited<ReturnType<typeof failedOver>>];

async function prepare(report: string, bench: Given[1]) {
  const opened = bench ?? (await afterFailover());
  const { connect, opened: connections } = connectTo(opened.runtime);
  const terminal = terminalOf('orders');
  const command = reconciledCommand(connect);
  const kept = () => opened.store.readSnapshot(opened.incident, RECONCILED);
  const usual = ['--report', report, '--reason', 'applied'];
  const run = (...more: string[]) => terminal.run(command, 'orders', ...usual, ...more);
  return { ...opened, ...terminal, command, connections, report, kept, reconcile: run };
}
