#!/usr/bin/env node
// Starts the command on the Node version that the project pins, whatever the machine has.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = join(dirname(fileURLToPath(import.meta.url)), 'main.ts');
const pinned = join(
  dirname(createRequire(import.meta.url).resolve('node/package.json')),
  'bin',
  'node',
);
const child = spawn(pinned, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
// Ctrl-C goes to the whole foreground group: the child cleans up, and we wait for it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  process.stderr.write(`failover: ${error.message}. Run "npm ci" first.\n`);
  process.exitCode = 1;
});
child.on('exit', (code, signal) => {
  if (signal === null) process.exitCode = code ?? 1;
  else {
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  }
});
