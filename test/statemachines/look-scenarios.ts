import { PROMOTE_ON_EXPIRY } from '../../core/plan/authorization.ts';
import { alarmEnds, both, from, sensitivePlan, when } from './hooks.ts';
import type { OnState } from './hooks.ts';
import { approvalPlan } from './plans.ts';
import type { Scenario } from './unfenced-scenarios.ts';

/** From one state on the probes cannot tell; from another one on they can again. */
const blindBetween = (begin: string, end: string): OnState =>
  both(
    when(begin, alarmEnds),
    from(1, end, ({ world }) => {
      for (const alarm of world.alarms.values()) alarm.state = 'ALARM';
    }),
  );

const onExpiry = {
  action: 'promote',
  evenThough: PROMOTE_ON_EXPIRY,
  acceptedBy: 'Olga Operator',
  because: 'orders may never be down',
} as const;

/** Looks right before something happens, of a primary that was seen down before. */
export const lookScenarios: readonly Scenario[] = [
  {
    name: 'three looks before the promotion cannot tell: it is not promoted',
    scene: async () => ({
      plan: sensitivePlan(await approvalPlan()),
      answer: 'approve',
      onState: when('IsFenced', alarmEnds),
    }),
    end: 'StoodDown',
    promotions: 0,
    by: ['LastLook', 'WaitForLastLook', 'PrimaryIsBack'],
  },
  {
    name: 'a look before the promotion cannot tell, and the next one can',
    scene: async () => ({
      plan: sensitivePlan(await approvalPlan()),
      answer: 'approve',
      onState: blindBetween('IsFenced', 'WaitForLastLook'),
    }),
    end: 'Recovered',
    promotions: 1,
    by: ['WaitForLastLook'],
  },
  {
    name: 'nobody decides, which means yes; the look after that cannot tell, and the next one can',
    scene: async () => {
      const plan = sensitivePlan(await approvalPlan());
      return {
        plan: { ...plan, authorization: { ...plan.authorization, onExpiry } },
        onState: blindBetween('ReobserveOutage', 'WaitToReobserve'),
      };
    },
    end: 'Recovered',
    promotions: 1,
    by: ['WaitToReobserve'],
  },
];
