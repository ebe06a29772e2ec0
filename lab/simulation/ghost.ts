import type { Place } from '../world/place.ts';
import type { Plan } from '../../aws/plan.ts';
import type { LabClock } from '../clock.ts';
import type { World } from '../world/world.ts';
import type { SimulatedCall } from './calls.ts';
import type { FaultKind } from './schedule.ts';
import type { Clients } from './world/clients.ts';
import type { Facts } from './world/facts.ts';

/** Something that happened in a run, as whoever knows everything sees it. */
export type GhostEvent =
  | { readonly kind: 'world'; readonly what: string }
  | { readonly kind: 'started'; readonly execution: string }
  | { readonly kind: 'state'; readonly execution: string; readonly state: string }
  | { readonly kind: 'call'; readonly call: SimulatedCall }
  | { readonly kind: 'answer'; readonly call: SimulatedCall; readonly answer: object }
  | { readonly kind: 'fault'; readonly call: SimulatedCall; readonly fault: FaultKind }
  | { readonly kind: 'promoted'; readonly by: 'workflow' | 'hand'; readonly lossSeconds: number }
  | { readonly kind: 'fence'; readonly fenced: boolean; readonly place: Place }
  | { readonly kind: 'route'; readonly side: string }
  | { readonly kind: 'asked'; readonly who: string }
  | {
      readonly kind: 'vote';
      readonly who: string;
      readonly decision: string;
      readonly status: number;
    }
  | {
      readonly kind: 'ended';
      readonly execution: string;
      readonly status: string;
      readonly end: string;
    }
  | { readonly kind: 'finished' };

/** What is noted when every fault has healed, and the outage goes on. */
export const ALARM_AFTER_HEALING = 'everything works again, and the alarm goes off once more';

/** What is noted when people send the clients back by hand. */
export const WENT_BACK_BY_HAND = 'people take the traffic marker away';

/** What is noted when the old primary has been back for a few minutes. */
export const LOOKED_THREE_TIMES = 'the schedule has looked for the old primary three times';

/** An event with its place in the run. */
export type Noted = GhostEvent & { readonly index: number; readonly at: number };

/** A round of looks at the primary, in one invocation. */
export interface Looks {
  /** Answers of the primary's own endpoints that only a live primary gives. */
  sightings: number;
  /** Probes of the primary that were sent. */
  asked: number;
  controlsAnswered: number;
  startedAt: number;
}

/** Functions that look at the primary; all but the first look last before a promotion. */
const looking = /^(observe-outage|reobserve-outage|promote-database)$/;

/**
 * What really happened in a run, for the checker alone: no function sees it. Invariants read it
 * after every event.
 */
export class Ghost {
  readonly plan: Plan;
  readonly world: World;
  readonly facts: Facts;
  readonly clients: Clients;
  readonly clock: LabClock;
  readonly startedAt: number;
  readonly events: Noted[] = [];
  readonly looks = new Map<number, Looks>();
  /** Rounds of the function that looks last before the point of no return, newest last. */
  readonly lastLooks: Looks[] = [];
  /** Names of the approvers who really said yes. */
  readonly yes = new Set<string>();
  readonly no = new Set<string>();
  /** Names of those who pressed the button that says yes, whatever they were answered. */
  readonly meantYes = new Set<string>();
  /** States that were entered, by any execution. */
  readonly entered = new Set<string>();
  /** Commands that were sent so far, whoever sent them. */
  readonly commands = new Set<string>();
  promotionsByWorkflow = 0;
  /** How often an execution has ended. */
  ends = 0;
  /** When the primary stopped serving, if it did. */
  outageAt: number | undefined;
  /** When it stopped, as the alarm tells that says the earliest. */
  claimedAt: number | undefined;
  #listeners: ((event: Noted) => void)[] = [];

  constructor(parts: Pick<Ghost, 'plan' | 'world' | 'facts' | 'clients' | 'clock'>) {
    this.plan = parts.plan;
    this.world = parts.world;
    this.facts = parts.facts;
    this.clients = parts.clients;
    this.clock = parts.clock;
    this.startedAt = parts.clock.now().getTime();
  }

  /** Calls somebody after every event. */
  listen(listener: (event: Noted) => void): void {
    this.#listeners.push(listener);
  }

  note(event: GhostEvent): void {
    const at = this.clock.now().getTime();
    const noted = Object.assign(event, { index: this.events.length, at });
    this.events.push(noted);
    this.#learn(noted);
    for (const listener of this.#listeners) listener(noted);
  }

  /** Whether a named human accepted that two databases may take writes. */
  get acceptsDivergence(): boolean {
    return this.plan.authorization.unfenced.policy === 'accept' || this.meantYes.size > 0;
  }

  #learn(event: Noted): void {
    if (event.kind === 'state') this.entered.add(event.state);
    if (event.kind === 'ended') this.ends += 1;
    if (event.kind === 'call') this.commands.add(event.call.command);
    if (event.kind === 'promoted' && event.by === 'workflow') this.promotionsByWorkflow += 1;
    if (event.kind === 'vote' && event.status === 200) {
      (event.decision === 'approved' ? this.yes : this.no).add(event.who);
    }
    if (event.kind === 'call' || event.kind === 'answer' || event.kind === 'fault') {
      this.#learnLook(event);
    }
  }

  /** What the functions that look at the primary were really told. */
  #learnLook(event: Extract<Noted, { kind: 'call' | 'answer' | 'fault' }>): void {
    const { invocation, client, command, region } = event.call;
    if (!looking.test(invocation.name) || client !== 'network') return;
    let looks = this.looks.get(invocation.number);
    if (looks === undefined) {
      looks = { sightings: 0, asked: 0, controlsAnswered: 0, startedAt: event.at };
      this.looks.set(invocation.number, looks);
      if (invocation.name !== 'observe-outage') this.lastLooks.push(looks);
    }
    if (event.kind === 'call' && region === 'primary') looks.asked += 1;
    if (event.kind !== 'answer') return;
    const status: unknown = Reflect.get(event.answer, 'status');
    const isFine = command === 'tcp' || (typeof status === 'number' && status < 400);
    if (region === 'elsewhere' && isFine) looks.controlsAnswered += 1;
    // A port that is open proves nobody alive behind it.
    if (region === 'primary' && isFine && command !== 'tcp') looks.sightings += 1;
  }
}
