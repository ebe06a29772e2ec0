import type { Plan } from '../../../aws/plan.ts';
import { typicalDurations } from '../../../core/durations.ts';
import { createRandom } from '../../random.ts';
import type { Durations } from '../world/facts.ts';

/**
 * How a duration is spread. Seconds. `skewed` is log-logistic: half of all take longer than
 * `typical`, one in a hundred longer than `p99`, and what would be beyond an end is at the end.
 */
export type Spread =
  | {
      readonly shape: 'triangular';
      readonly min: number;
      readonly typical: number;
      readonly max: number;
    }
  | {
      readonly shape: 'skewed';
      readonly min: number;
      readonly typical: number;
      readonly p99: number;
      readonly max: number;
    };

/** How long one part of the world takes, and how that is known. */
export interface DurationRow {
  readonly key: keyof Durations;
  readonly what: string;
  readonly spread: Spread;
  /** The AWS document that says so; or that it is seen, and not documented. */
  readonly source: string;
}

const promotion: DurationRow = {
  key: 'promotionSeconds',
  what: 'promotion of a read replica',
  spread: {
    shape: 'skewed',
    min: 90,
    typical: typicalDurations.promotionSeconds,
    p99: 900,
    max: 1800,
  },
  source:
    'Amazon RDS User Guide, Promoting a read replica to be a standalone DB instance: several minutes or longer, by its size; the figures are seen',
};

const instances: DurationRow = {
  key: 'launchSeconds',
  what: 'start of instances until they are healthy',
  spread: {
    shape: 'skewed',
    min: 60,
    typical: typicalDurations.autoScalingSeconds,
    p99: 480,
    max: 900,
  },
  source: 'seen, not documented: EC2 Auto Scaling names no figure',
};

const tasks: DurationRow = {
  key: 'launchSeconds',
  what: 'start of tasks until they are healthy',
  spread: {
    shape: 'skewed',
    min: 30,
    typical: typicalDurations.ecsSeconds,
    p99: 300,
    max: 600,
  },
  source: 'seen, not documented: Amazon ECS names no figure',
};

const others: readonly DurationRow[] = [
  {
    key: 'healthCheckSeconds',
    what: 'flip of a health check, without the caches of clients',
    // 10 s times 3, 30 s times 3; where an interval begins is chance.
    spread: { shape: 'triangular', min: 20, typical: 60, max: 90 },
    source:
      'Amazon Route 53 Developer Guide, How Route 53 determines whether a health check is healthy: interval (10 or 30 s) times threshold (3 by default)',
  },
  {
    key: 'recordSeconds',
    what: 'change of a Route 53 record, without the caches of clients',
    spread: {
      shape: 'skewed',
      min: 5,
      typical: 30,
      p99: 2 * typicalDurations.route53ChangeSeconds,
      max: 300,
    },
    source:
      'Amazon Route 53 API Reference, GetChange: "usually" within 60 s; the tail is seen, not documented',
  },
  {
    key: 'lagSeconds',
    what: 'replication lag before the outage',
    spread: { shape: 'skewed', min: 0.1, typical: 1, p99: 30, max: 300 },
    source: 'seen, not documented: it is that of your writes; read your own lag metric',
  },
  {
    key: 'alarmSeconds',
    what: 'alarm after the outage began, besides 5 s',
    spread: { shape: 'triangular', min: 30, typical: 85, max: 180 },
    source:
      'Amazon CloudWatch User Guide, Alarm evaluation: period times evaluation periods, here of a minute; the delay of data is seen',
  },
];

/** How long everything takes that a run of this plan waits for. */
export function durationRows(plan: Pick<Plan, 'compute'>): readonly DurationRow[] {
  // One figure stands for all of the compute: the slower kind.
  const isGroup = plan.compute.some(({ kind }) => kind === 'autoScalingGroup');
  return [promotion, isGroup ? instances : tasks, ...others];
}

/** The duration that a share `q` of all stays below, 0 < q < 1. */
export function quantileOf(spread: Spread, q: number): number {
  const { min, typical, max } = spread;
  if (spread.shape === 'skewed') {
    const steepness = Math.log(99) / Math.log(spread.p99 / typical);
    const value = typical * (q / (1 - q)) ** (1 / steepness);
    return Math.min(max, Math.max(min, value));
  }
  const width = max - min;
  return q < (typical - min) / width
    ? min + Math.sqrt(q * width * (typical - min))
    : max - Math.sqrt((1 - q) * width * (max - typical));
}

/** The durations of one run: the same seed gives the same. */
export function sampleDurations(plan: Pick<Plan, 'compute'>, seed: number): Durations {
  const random = createRandom(seed);
  return durationsAt(plan, () => random());
}

/** Every duration at a share of its own. */
export function durationsAt(
  plan: Pick<Plan, 'compute'>,
  share: (row: DurationRow) => number,
): Durations {
  const found = new Map(
    durationRows(plan).map((row) => [row.key, round(quantileOf(row.spread, share(row)))]),
  );
  const of = (key: keyof Durations): number => found.get(key) ?? 0;
  return {
    promotionSeconds: of('promotionSeconds'),
    launchSeconds: of('launchSeconds'),
    healthCheckSeconds: of('healthCheckSeconds'),
    recordSeconds: of('recordSeconds'),
    lagSeconds: of('lagSeconds'),
    alarmSeconds: of('alarmSeconds'),
  };
}

/** Whole milliseconds: the virtual clock knows nothing finer. */
const round = (seconds: number): number => Math.round(seconds * 1000) / 1000;
