import { compareDatabases } from '../aws/postgres/compare.ts';
import { withSides } from '../aws/postgres/side.ts';

/**
 * One comparison in a process of its own, whose memory is that of nothing else: `OLD WRITER SESSIONS`.
 * Prints how long it took, what it found, and the most memory that the process ever had.
 */
const [old = '', writer = '', sessions = ''] = process.argv.slice(2);
const tell = (words: string): never => {
  throw new Error(words);
};
const from = performance.now();
const { rows } = await withSides({ old, writer }, (sides) =>
  compareDatabases(sides, { parallel: Number(sessions), tell }),
);
const seconds = (performance.now() - from) / 1000;
const { maxRSS } = process.resourceUsage();
process.stdout.write(JSON.stringify({ seconds, found: rows.length, bytes: maxRSS * 1024 }));
