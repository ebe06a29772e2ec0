import type { SimulatedCall } from './calls.ts';
import type { Noted } from './ghost.ts';

const seconds = (at: number, from: number): string =>
  `${((at - from) / 1000).toFixed(3).padStart(10)} s  `;

const nameOf = ({ client, command, region }: SimulatedCall): string =>
  `${client.replace(/Client$/, '')} ${command.replace(/Command$/, '')} ${region}`;

/** An event as a line of a timeline, with its virtual time. */
export function lineOf(event: Noted, startedAt: number): string {
  return seconds(event.at, startedAt) + wordsOf(event);
}

function wordsOf(event: Noted): string {
  switch (event.kind) {
    case 'world':
      return `WORLD     ${event.what}`;
    case 'started':
      return `START     ${event.execution}`;
    case 'state':
      return `STATE     ${event.execution} ${event.state}`;
    case 'call':
      return `CALL ${String(event.call.number).padEnd(5)}${event.call.invocation.name}: ${nameOf(event.call)}`;
    case 'answer':
      return `ANSWER ${String(event.call.number)}`;
    case 'fault':
      return `FAULT     ${event.fault} at call ${event.call.number}: ${nameOf(event.call)}`;
    case 'promoted':
      return `PROMOTED  by ${event.by}; ${event.lossSeconds.toFixed(1)} s of writes are lost`;
    case 'fence':
      return event.fenced
        ? `FENCE     the database of the ${event.place} takes no writes`
        : `FENCE     the fence of the ${event.place} is gone`;
    case 'route':
      return `ROUTE     the DNS says ${event.side}`;
    case 'asked':
      return `ASKED     ${event.who}`;
    case 'vote':
      return `VOTE      ${event.who} ${event.decision}: answered ${event.status}`;
    case 'ended':
      return `END       ${event.execution} ${event.status} ${event.end}`;
    case 'finished':
      return 'FINISHED';
  }
}

/** The timeline for people: without the answers, and without the calls unless one was spoiled. */
export function timelineOf(events: readonly Noted[], startedAt: number): string[] {
  return events
    .filter(({ kind }) => kind !== 'answer' && kind !== 'call')
    .map((event) => lineOf(event, startedAt));
}
