import { createInterface } from 'node:readline/promises';
import type { Io } from './io.ts';
import { forTerminal } from './safe-text.ts';

/** The process's own streams. Nothing from outside steers the terminal through them. */
export function terminal(): Io {
  // A reader that has seen enough (`| head`) is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  return {
    out: (line) => process.stdout.write(`${forTerminal(line)}\n`),
    err: (line) => process.stderr.write(`${forTerminal(line)}\n`),
    isTerminal: process.stdout.isTTY,
    async ask(question) {
      if (!process.stdin.isTTY) return undefined;
      const prompt = createInterface({ input: process.stdin, output: process.stderr });
      try {
        return await prompt.question(forTerminal(question));
      } finally {
        prompt.close();
      }
    },
  };
}
