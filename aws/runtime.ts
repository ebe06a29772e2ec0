import type { Clock } from '../core/clock.ts';
import type { LogEvent } from '../core/log-events.ts';
import type { Network } from '../core/network.ts';
import type { Access, Side } from './postgres/side.ts';
import type { Engine } from './reconcile/engine.ts';

/** What every SDK client of ours is built from. No attribute is left to a default. */
export interface ClientConfig {
  readonly region: string;
  readonly maxAttempts: number;
  readonly requestHandler: {
    readonly connectionTimeout: number;
    readonly requestTimeout: number;
    readonly socketTimeout: number;
    readonly throwOnRequestTimeout: boolean;
  };
}

/** Builds SDK clients, one per class and Region. The only seam between the code and AWS. */
export type ClientFactory = <Client>(
  Client: new (config: ClientConfig) => Client,
  region: string,
) => Client;

/** Names of what the stack created, from the function's environment. */
export interface Environment {
  /** The orchestrator's Region: the standby Region of every plan in the stack. */
  readonly region: string;
  readonly incidentTable: string;
  readonly reportBucket: string;
  /** Parameter name prefix of the kill switches: `PREFIX/PLAN`. */
  readonly switchPrefix: string;
  /** ARN of the state machine that moves services; only the command line is told. */
  readonly switchover?: string;
  /** ARN of the state machine that accounts for an old primary; the watch is told, too. */
  readonly reconciliation?: string;
  /** Where approvers follow their links to; only functions that make links are told. */
  readonly frontDoorUrl?: string;
  /** ARN of the secret with the key of the links; only functions that need it are told. */
  readonly linkSecret?: string;
}

/** Options that lead the command line to this stack; the prefix is `/STACK/switch`. */
export function stackOptionsOf({ region, switchPrefix }: Environment): string {
  return `--region ${region} --stack ${switchPrefix.split('/')[1] ?? ''}`;
}

/** One structured line an event; the incident id and the step are added by the caller. */
export interface Log {
  info(event: LogEvent, details: Readonly<Record<string, unknown>>): void;
  error(event: LogEvent, details: Readonly<Record<string, unknown>>): void;
}

/** Everything a step needs from outside. The lab brings another one. */
export interface Runtime {
  readonly clock: Clock;
  /**
   * Resolves after so long, to give up waiting for something else; rejects once it is aborted. Never
   * to wait for time to pass: that is a state.
   */
  readonly deadline: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  readonly client: ClientFactory;
  readonly network: Network;
  readonly environment: Environment;
  readonly log: Log;
  /** The plans deployed with this stack, parsed by the caller. */
  readonly loadPlans: () => Promise<unknown>;
  /** What compares and applies; absent where that is PostgreSQL itself, as it is on AWS. */
  readonly engine?: Engine | undefined;
  /** Opens a session with a database; absent where that is done by the driver, as it is on AWS. */
  readonly openDatabase?: (name: string, url: string, access: Access) => Promise<Side>;
}
