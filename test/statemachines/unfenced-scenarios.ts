import type { Scene } from '../lab/virtual/scene.ts';
import { alarmEnds, unfencedWhile } from './hooks.ts';
import { unfencedPlan } from './plans.ts';

/** What happens in the world, and how the run must end. */
export interface Scenario {
  readonly name: string;
  readonly scene: () => Promise<Scene>;
  readonly end: string;
  readonly promotions: number;
  /** States that the run must come by, and states that it must not. */
  readonly by?: readonly string[];
  readonly notBy?: readonly string[];
}

/** A primary that cannot be confirmed fenced, under a plan that does not simply accept that. */
export const unfencedScenarios: readonly Scenario[] = [
  {
    name: 'the primary cannot be fenced and the plan refuses that',
    scene: async () => ({ plan: await unfencedPlan('refuse') }),
    end: 'NotPromoted',
    promotions: 0,
    by: ['FenceRefused'],
  },
  {
    name: 'the primary cannot be fenced and nobody accepts that in time',
    scene: async () => ({ plan: await unfencedPlan('ask') }),
    end: 'Expired',
    promotions: 0,
    by: ['RequestUnfencedApproval'],
  },
  {
    name: 'the primary cannot be fenced and a human rejects that',
    scene: async () => ({ plan: await unfencedPlan('ask'), answer: 'reject' }),
    end: 'Rejected',
    promotions: 0,
    by: ['UnfencedRejected'],
  },
  {
    name: 'the primary cannot be fenced and a human accepts that',
    scene: async () => ({ plan: await unfencedPlan('ask'), answer: 'approve' }),
    end: 'Recovered',
    promotions: 1,
    by: ['RequestUnfencedApproval', 'RefencePrimary'],
  },
  {
    name: 'what an unfenced primary was accepted on gets worse, and a human accepts that too',
    scene: async () => await unfencedWhile('approve', alarmEnds),
    end: 'Recovered',
    promotions: 1,
    by: ['DecideAnew', 'RequestApproval'],
  },
  {
    name: 'while an unfenced primary is asked about, the primary comes back: stands down',
    scene: async () =>
      await unfencedWhile('approve', ({ facts }) => {
        facts.primaryIsUp = true;
      }),
    end: 'StoodDown',
    promotions: 0,
    by: ['RecheckOutage', 'PrimaryIsBack'],
    notBy: ['LastLook'],
  },
  {
    name: 'while an unfenced primary is asked about, the replica breaks: refused',
    scene: async () =>
      await unfencedWhile('approve', ({ world }) => {
        for (const database of world.databases.values()) database.status = 'storage-full';
      }),
    end: 'NotPromoted',
    promotions: 0,
    by: ['Reauthorize', 'AuthorizationLost'],
  },
];
