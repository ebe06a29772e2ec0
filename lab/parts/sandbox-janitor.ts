/**
 * The janitor of one drill: a process of its own which outlives the drill, notices its death by a
 * closed pipe (so a SIGKILL is noticed too), and then removes what the drill left.
 */
import { cleanUpSync } from './sandbox-cleanup.ts';

const folder = process.argv[2];
if (folder === undefined) throw new Error('the janitor needs the folder of its drill');

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => undefined); // The drill may get the same signal: clean up after it.
}
process.stdin.on('error', () => undefined);
process.stdin.on('close', () => {
  cleanUpSync(folder);
  process.exit(0);
});
process.stdin.resume();
