import type { Comparison } from '../../core/drift/difference.ts';
import type { IncidentCard } from '../../core/incident-card.ts';
import type { Json } from '../../core/json.ts';
import type { Message } from '../../core/messages.ts';
import type { Plan } from '../plan.ts';
import type { Runtime } from '../runtime.ts';

/** What every driver is given besides its own section of the plan. */
export interface DriverContext {
  readonly plan: Plan;
  readonly runtime: Runtime;
}

/** What a database is, as its control plane tells. Nothing here is taken from a past call. */
export interface DatabaseState {
  /**
   * `replica`: follows its source. `changing`: neither, a change is under way.
   * `writer`: independent and available. `unusable`: failed, stopped, deleted or terminated.
   */
  readonly role: 'replica' | 'changing' | 'writer' | 'unusable';
  /** The provider's own status word, for people. */
  readonly status: string;
  /** Why it may not be promoted now, or undefined if it may. Only meaningful for a replica. */
  readonly ineligibleBecause: string | undefined;
}

/** Where sessions with a database are opened. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** A reading of replication lag. `seconds` is as reported: the caller judges it. */
export interface LagSample {
  readonly at: Date;
  readonly value: number;
  readonly unit: string;
}

/** A database that can be promoted. */
export interface DatabaseDriver<Config> {
  /** Reads the standby's role. Changes nothing. */
  read(config: Config, context: DriverContext): Promise<DatabaseState>;
  /** Asks once for promotion; does not wait. The caller has read the role just before. */
  promote(config: Config, context: DriverContext): Promise<void>;
  /** Lag samples in the window, oldest first; an empty list if there are none. */
  lag(
    config: Config,
    window: { readonly from: Date; readonly to: Date },
    context: DriverContext,
  ): Promise<readonly LagSample[]>;
  /**
   * Where sessions with the standby's database are opened.
   * @throws NotReadyError if it has no address, or is no PostgreSQL
   */
  endpoint(config: Config, context: DriverContext): Promise<Endpoint>;
}

/** How much of the wanted compute is there. */
export interface Capacity {
  readonly ready: boolean;
  readonly healthy: number;
  readonly wanted: number;
  /** One sentence for the operator; names a shortage in the provider's words. */
  readonly why: string;
}

/** Compute that can be warmed up. */
export interface ComputeDriver<Config> {
  /** Reads what has to be put back if the answer is no. */
  snapshot(config: Config, context: DriverContext): Promise<Json>;
  /** Raises capacity to what the plan wants; never lowers it. Safe to repeat. */
  raise(config: Config, context: DriverContext): Promise<void>;
  capacity(config: Config, context: DriverContext): Promise<Capacity>;
  /** Puts the snapshot back. Safe to repeat. */
  restore(config: Config, snapshot: Json, context: DriverContext): Promise<void>;
}

/** A way to move traffic. */
export interface TrafficDriver<Config> {
  /** Reads what has to be put back if the answer is no. */
  snapshot(config: Config, context: DriverContext): Promise<Json>;
  /** Asks for the standby to be served. Atomic, never an empty answer, safe to repeat. */
  switchToStandby(config: Config, context: DriverContext): Promise<void>;
  /** Whether clients are told the standby's address now. */
  settled(
    config: Config,
    snapshot: Json,
    context: DriverContext,
  ): Promise<{ readonly settled: boolean; readonly why: string }>;
  /** Puts the snapshot back. Safe to repeat. */
  restore(config: Config, snapshot: Json, context: DriverContext): Promise<void>;
}

/** What a fence achieved. `none` means that nothing could be done; the reason is in `why`. */
export interface FenceResult {
  readonly grade: 'confirmed' | 'attempted' | 'none';
  /** Whether nothing is left to do, whether or not anything proves that it holds. */
  readonly isComplete: boolean;
  readonly why: string;
}

/** A way to keep the old primary from serving writes. */
export interface FencingDriver<Config> {
  /** Reads what has to be put back if the answer is no. Throws if it cannot be read. */
  snapshot(config: Config, context: DriverContext): Promise<Json>;
  /** Fences. Only ever tightens; safe to repeat. */
  fence(config: Config, context: DriverContext): Promise<FenceResult>;
  /** Puts the snapshot back. Safe to repeat. */
  unfence(config: Config, snapshot: Json, context: DriverContext): Promise<void>;
}

/** Who has a message already, by the channel's own names: an attempt that is repeated skips them. */
export interface Receipts {
  has(recipient: string): boolean;
  /** Never throws: a receipt that is lost makes somebody be told twice. */
  keep(recipient: string): Promise<void>;
}

/** One of several recipients who was not reached, or cannot answer what is asked. */
export interface Missed {
  /** By the channel's own name. */
  readonly recipient: string;
  /** The approver's name; undefined for somebody who only looks on. */
  readonly approver: string | undefined;
  readonly error: unknown;
}

/** A way to tell people. */
export interface NotificationDriver<Config> {
  /**
   * Names of the approvers whom a message, once it is delivered, asks in person and in a way by
   * which they can answer. A channel that addresses nobody in particular asks nobody.
   */
  asks(config: Config, message: Message): readonly string[];
  /**
   * Delivers the message, or throws if nobody has it.
   * @returns those of several recipients who were missed; empty if everybody has it
   */
  send(
    config: Config,
    message: Message,
    context: DriverContext & { readonly receipts: Receipts },
  ): Promise<readonly Missed[]>;
  /**
   * Shows the incident as it is now in the message that was sent for it, where the channel can
   * change a message. Does nothing if none was sent, or if it cannot.
   */
  refresh(config: Config, card: IncidentCard, context: DriverContext): Promise<void>;
  /** What keeps this channel from reaching people, a sentence each. Changes nothing. */
  findProblems(config: Config, context: DriverContext): Promise<readonly string[]>;
}

/** How something was before the failover, if anybody kept that. */
export type Before =
  | { readonly known: true; readonly snapshot: Json | undefined }
  | { readonly known: false; readonly reason: string };

/** One thing of the account that code may describe, too. */
export interface DriftSubject {
  /** What it is, by its real identifier: `security group sg-0123456789abcdef0 in eu-west-1`. */
  readonly what: string;
  /** Reads how it is now, and compares. Changes nothing. Throws if that cannot be told. */
  readonly compare: () => Promise<Comparison>;
}

/** What is given to compare: `before` reads what an incident kept; nothing if it changed nothing. */
export interface DriftContext extends DriverContext {
  readonly before: () => Promise<Before>;
}

/** What a driver changes, a thing each, to be compared with how it was before. */
export type DriftDriver<Config> = (
  config: Config,
  context: DriftContext,
) => readonly DriftSubject[];

/** One IAM statement, with exact resources; `because` is given wherever AWS allows only `*`. */
export interface IamStatement {
  readonly actions: readonly string[];
  /** ARNs; `${AWS::AccountId}` and `${AWS::Partition}` are substituted by CloudFormation. */
  readonly resources: readonly string[];
  readonly because?: string;
  readonly condition?: Readonly<
    Record<string, Readonly<Record<string, string | readonly string[]>>>
  >;
}

/** What a driver's calls need, by the purpose for which a function uses it. */
export interface DriverIam<Config> {
  /** Statements for reading state, lag, capacity, settlement. */
  read(config: Config, plan: Plan): readonly IamStatement[];
  /** Statements for the driver's changes, undo included. */
  change(config: Config, plan: Plan): readonly IamStatement[];
}
