import type { LabClock } from '../clock.ts';
import type { Place } from './place.ts';

/** What lets a fleet become what it should be. */
export interface FleetPhysics {
  /** Resolves when that many units serve. Throws an error with the provider's words if not. */
  launch(fleet: string, units: number, place: Place): Promise<void>;
  terminate(fleet: string, units: number, place: Place): Promise<void>;
}

/** A launch that did not work, in the provider's words. */
export interface FailedLaunch {
  readonly at: Date;
  readonly words: string;
}

const RETRY_MILLISECONDS = 3000;

/** Instances of an Auto Scaling group, or tasks of an ECS service. */
export class Fleet {
  readonly id: string;
  readonly place: Place;
  readonly targetGroup: string | undefined;
  min: number;
  max: number;
  desired: number;
  running: number;
  readonly suspended = new Set<string>();
  readonly failures: FailedLaunch[] = [];
  readonly #clock: LabClock;
  readonly #physics: FleetPhysics;
  #converging: Promise<void> | undefined;
  #stopped = false;

  constructor(
    options: {
      readonly id: string;
      readonly place: Place;
      readonly targetGroup: string | undefined;
      readonly running: number;
      readonly max: number;
    },
    clock: LabClock,
    physics: FleetPhysics,
  ) {
    this.id = options.id;
    this.place = options.place;
    this.targetGroup = options.targetGroup;
    this.min = options.running;
    this.desired = options.running;
    this.running = options.running;
    this.max = options.max;
    this.#clock = clock;
    this.#physics = physics;
  }

  /** Records a wish, as the services do, and begins to fulfil it. */
  wish(desired: number): void {
    this.desired = desired;
    this.#converging ??= this.#converge().finally(() => {
      this.#converging = undefined;
    });
  }

  /** Gives up on every wish; resolves when nothing is under way any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#converging;
  }

  async #converge(): Promise<void> {
    while (this.running !== this.desired && !this.#stopped) {
      const target = this.desired;
      if (target < this.running) {
        await this.#physics.terminate(this.id, target, this.place);
        this.running = target;
      } else if (this.suspended.has('Launch')) {
        await this.#clock.sleep(RETRY_MILLISECONDS);
      } else {
        await this.#launch(target);
      }
    }
  }

  async #launch(target: number): Promise<void> {
    try {
      await this.#physics.launch(this.id, target, this.place);
      this.running = target;
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      this.failures.push({ at: this.#clock.now(), words });
      if (!this.#stopped) await this.#clock.sleep(RETRY_MILLISECONDS);
    }
  }
}

/** The key of a fleet. */
export const fleetKeys = {
  group: (group: string): string => `group/${group}`,
  service: (cluster: string, service: string): string => `service/${cluster}/${service}`,
} as const;
