import type { Story } from './switchover-scene.ts';

/** A switchover, and how it must end. */
export interface Told {
  readonly name: string;
  readonly story: () => Partial<Story> | Promise<Partial<Story>>;
  readonly end: string;
  readonly isMoved: boolean;
  readonly by?: readonly string[];
  readonly notBy?: readonly string[];
  /** What its cause or its output says. */
  readonly cause?: string;
}

type Hook = NonNullable<Story['onState']>;
type Stage = Parameters<Hook>[2];

/** Does something when a state is entered for the nth time. */
export function when(state: string, act: (stage: Stage) => void, nth = 1): Hook {
  let seen = 0;
  return (name, _execution, stage) => {
    if (name !== state) return;
    seen += 1;
    if (seen === nth) act(stage);
  };
}

/** Nobody is served for a minute. */
export const faint = (stage: Stage): void => {
  const { unitsRunning } = stage.facts;
  stage.facts.unitsRunning = 0;
  void stage.clock.sleep(60_000).then(() => {
    stage.facts.unitsRunning = unitsRunning;
  });
};

/** The kill switch is turned. */
export const pause = ({ world, account }: Stage): void => {
  world.parameters.set(`${account.runtime.environment.switchPrefix}/orders`, 'paused');
};

const group = 'sg-0123456789abcdef0';
/** The group of the fence at the source is not there, until it is shown again. */
export const hide = ({ world }: Stage): void => {
  const rules = world.ingress.get(group) ?? [];
  world.ingress.delete(group);
  hidden.set(world, rules);
};
/** What was hidden is there again. */
export const show = ({ world }: Stage): void => {
  world.ingress.set(group, hidden.get(world) ?? []);
};
const hidden = new WeakMap<Stage['world'], object[]>();

/** So much of the log. */
export const MEGABYTE = 1024 * 1024;
