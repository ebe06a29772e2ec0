import * as z from 'zod';

/** A call that the code under test made through a real SDK client. */
interface Call {
  readonly client: string;
  readonly command: string;
  readonly region: string;
  readonly input: unknown;
}

/**
 * What can go wrong with a call: refused, throttled, the request lost (no effect), the reply lost
 * (the effect is there), or the caller dies before or after the effect.
 */
export const faultKinds = [
  'rejected',
  'throttled',
  'request lost',
  'reply lost',
  'crash before',
  'crash after',
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** The function's process died: nothing of it runs any more, and nobody catches this. */
class Crash extends Error {
  override readonly name = 'Crash';
}

/** Watches all calls of a bench, and spoils those that a test names. */
export interface Faults {
  readonly calls: readonly Call[];
  /** How often a command was sent, whether it had its effect or not. */
  count(command: string): number;
  /** Spoils the nth call from now (1 is the next), of this command if one is named. */
  inject(kind: FaultKind, nth: number, command?: string): void;
  /** Spoils every call of this command, or of all, until `revive`. */
  always(kind: FaultKind, command?: string): void;
  /** Ends every fault; a crashed function may be called again. */
  revive(): void;
  /** Throws if the process is dead by now: for what is no SDK call. */
  assertAlive(): void;
  /** Goes between a client and whoever answers it; must be added before the answer is. */
  attach(client: unknown, region: string): void;
}

type Handler = (args: { readonly input: unknown }) => Promise<object>;
type Middleware = (
  next: Handler,
  context: { readonly clientName?: string; readonly commandName?: string },
) => Handler;

const Stack = z.custom<{ add: (middleware: Middleware, options: object) => void }>(
  (value) => typeof value === 'object' && value !== null && 'add' in value,
);

function errorOf(kind: FaultKind): Error {
  switch (kind) {
    case 'rejected':
      return named('AccessDeniedException', 'not authorized', 400);
    case 'throttled':
      return named('ThrottlingException', 'Rate exceeded', 400);
    case 'request lost':
    case 'reply lost':
      return named('TimeoutError', 'socket hang up', undefined);
    case 'crash before':
    case 'crash after':
      return new Crash('the process died');
  }
}

function named(name: string, message: string, httpStatusCode: number | undefined): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });
}

interface Planned {
  readonly kind: FaultKind;
  readonly command: string | undefined;
  /** Calls that still pass; infinitely many spoiled ones after them if `stays`. */
  left: number;
  readonly stays: boolean;
}

/** Faults for one bench. */
export function createFaults(): Faults {
  const calls: Call[] = [];
  let planned: Planned[] = [];
  let dead = false;
  const die = (kind: FaultKind): never => {
    dead ||= kind.startsWith('crash');
    throw errorOf(kind);
  };
  const assertAlive = (): void => {
    if (dead) throw new Crash('the process is dead');
  };
  const next = (command: string): FaultKind | undefined => {
    let kind: FaultKind | undefined;
    for (const fault of planned) {
      if (fault.command !== undefined && fault.command !== command) continue;
      fault.left -= 1;
      if (fault.left === 0 || (fault.stays && fault.left < 0)) kind = fault.kind;
    }
    return kind;
  };
  const plan = (
    kind: FaultKind,
    nth: number,
    command: string | undefined,
    stays: boolean,
  ): void => {
    planned.push({ kind, command: command && `${command}Command`, left: nth, stays });
  };
  return {
    calls,
    assertAlive,
    count: (command) => calls.filter((call) => call.command === `${command}Command`).length,
    inject: (kind, nth, command) => {
      plan(kind, nth, command, false);
    },
    always: (kind, command) => {
      plan(kind, 1, command, true);
    },
    revive: () => {
      planned = [];
      dead = false;
    },
    attach(client, region) {
      const spoil: Middleware =
        (answer, { clientName = '', commandName = '' }) =>
        async (args) => {
          assertAlive();
          calls.push({ client: clientName, command: commandName, region, input: args.input });
          const kind = next(commandName);
          if (kind === undefined) return await answer(args);
          if (kind === 'reply lost' || kind === 'crash after') await answer(args);
          return die(kind);
        };
      const stack = Stack.parse(Reflect.get(Object(client), 'middlewareStack'));
      stack.add(spoil, { step: 'initialize', name: 'faults', priority: 'high' });
    },
  };
}
