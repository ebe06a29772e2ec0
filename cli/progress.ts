import { styleText } from 'node:util';
import type { Observers } from '../lab/account.ts';
import { summarize } from '../lab/narrate.ts';
import type { Io } from './io.ts';

/** Tells what happens while it happens. */
export interface Progress {
  readonly say: (line: string) => void;
  readonly observers: Observers;
}

const WIDTH = 24;

/** Live lines on stderr for a person who looks on; nothing otherwise. */
export function createProgress(io: Io, isOn: boolean): Progress {
  if (!isOn) return { say: () => undefined, observers: {} };
  const startedAt = performance.now();
  const line = (label: string, words: string): void => {
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1).padStart(6);
    const time = styleText('dim', `${seconds} s`, { stream: process.stderr });
    io.err(`${time}  ${label.padEnd(WIDTH)}${words}`);
  };
  return {
    say: (words) => {
      line('·', styleText('yellow', words, { stream: process.stderr }));
    },
    observers: {
      onEvent: (event) => {
        const told = summarize(event);
        if (told !== undefined) line(told.state, told.why);
      },
    },
  };
}
