import * as z from 'zod';
import type { HistoryEvent } from './asl/history.ts';

const WithWhy = z.object({ why: z.string() });
const LONGEST = 160;

/** What a state came to, in the words that it gave itself; undefined if it gave none. */
export function summarize(event: HistoryEvent): { state: string; why: string } | undefined {
  const { stateExitedEventDetails: exited, stateEnteredEventDetails: entered } = event;
  if (event.type === 'TaskStateExited' && exited !== undefined) {
    const variables = Object.values(exited.assignedVariables ?? {});
    const why = [exited.output, ...variables].map(whyIn).find((words) => words !== undefined);
    return why === undefined ? undefined : { state: exited.name, why: shorten(why) };
  }
  const isEnd = event.type === 'SucceedStateEntered' || event.type === 'FailStateEntered';
  if (isEnd && entered !== undefined) return { state: entered.name, why: '' };
  return undefined;
}

function whyIn(text: string | undefined): string | undefined {
  try {
    const parsed = WithWhy.safeParse(JSON.parse(text ?? ''));
    return parsed.success ? parsed.data.why : undefined;
  } catch {
    return undefined;
  }
}

function shorten(words: string): string {
  const line = words.replaceAll(/\s+/g, ' ');
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
}
