import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import type { Runtime } from '../../aws/runtime.ts';
import type { Command, Io } from '../../cli/io.ts';

export const olga = 'arn:aws:sts::111122223333:assumed-role/operator/olga';

/** Lets every command of a file run with the credentials of Olga. */
export function asOlga(): void {
  const sts = mockClient(STSClient);
  beforeAll(() => {
    sts.onAnyCommand().rejects(new Error('unexpected'));
    sts.on(GetCallerIdentityCommand).resolves({ Arn: olga });
  });
  afterAll(() => {
    sts.restore();
  });
}

/** A terminal at which this is typed, and what is shown on it. */
export function terminalOf(typed?: string) {
  const out: string[] = [];
  const err: string[] = [];
  const io: Io = {
    out: (line) => void out.push(line),
    err: (line) => void err.push(line),
    isTerminal: typed !== undefined,
    ask: () => Promise.resolve(typed),
  };
  return { out, err, run: (command: Command, ...args: string[]) => command(args, io) };
}

/** Connects to this stack; `opened` tells how often somebody did. */
export function connectTo(runtime: Runtime) {
  const opened: unknown[] = [];
  const connect = (options: unknown): Promise<Runtime> => {
    opened.push(options);
    return Promise.resolve(runtime);
  };
  return { connect, opened };
}
