import { InvalidInputError } from '../core/errors.ts';
import type { Incident } from '../core/incident.ts';
import type { Plan, Traffic } from './plan.ts';

/** A plan that says what the way back needs. */
export type ReversiblePlan = Plan & { readonly failback: NonNullable<Plan['failback']> };

/** Whether the plan says what the way back needs. */
export function isReversible(plan: Plan): plan is ReversiblePlan {
  return plan.failback !== undefined;
}

/**
 * The plan with its Regions exchanged: what was the standby is the primary, and everything else is
 * seen from there. It is a whole plan: it can be run, and be deployed as a stack of its own in the
 * other Region. Reversed again it is the plan that it was made of.
 * @throws InvalidInputError if the plan does not say what the way back needs
 */
export function reversePlan(plan: Plan): ReversiblePlan {
  if (!isReversible(plan))
    throw new InvalidInputError(
      `Plan ${plan.name} has no section failback: it does not say what the way back needs.`,
    );
  const { failback, regions, detection, databases, verification } = plan;
  const { alarms, probes } = detection;
  return {
    ...plan,
    regions: { primary: regions.standby, standby: regions.primary },
    detection: { ...detection, ...failback.detection },
    databases: databases.map((database) => {
      const back = failback.databases.find(({ id }) => id === database.id);
      if (back === undefined)
        throw new InvalidInputError(
          `Plan ${plan.name}: failback.databases has none of id ${database.id}.`,
        );
      return { ...database, ...back, source: database.replica, replica: database.source };
    }),
    fencing: failback.fencing,
    compute: failback.compute,
    traffic: plan.traffic.map((traffic) => reverseTraffic(traffic, plan)),
    verification: { ...verification, ...failback.verification },
    failback: {
      detection: { alarms, probes },
      databases: databases.map(({ id, lag, writeCheck }) => ({ id, lag, writeCheck })),
      fencing: plan.fencing,
      compute: plan.compute,
      verification: { standby: verification.standby },
    },
  };
}

/**
 * The plan whose standby is the Region to which a service moves.
 * @throws InvalidInputError if the plan has no such Region, or does not say what the way back needs
 */
export function courseTo(plan: Plan, to: string): Plan {
  const back = reversePlan(plan);
  const { primary, standby } = plan.regions;
  if (to === standby) return plan;
  if (to === primary) return back;
  throw new InvalidInputError(
    `Found the Region ${to}; plan ${plan.name} has ${primary} and ${standby}.`,
  );
}

/** The plan as a run follows it: a switchover back to the primary Region reverses it. */
export function courseOf(plan: Plan, { planned }: Pick<Incident, 'planned'>): Plan {
  return planned?.to === plan.regions.primary ? reversePlan(plan) : plan;
}

/** What moves clients to the primary Region instead. */
function reverseTraffic(traffic: Traffic, { regions }: Plan): Traffic {
  if (traffic.kind === 'healthCheckMarker') {
    const takeover = traffic.takeover === 'present' ? 'absent' : 'present';
    const { region = regions.standby, ...rest } = traffic;
    // Where the bucket is in the Region that is the standby now, the plan needs not say so.
    return region === regions.primary ? { ...rest, takeover } : { ...rest, takeover, region };
  }
  if (traffic.routing === 'simple')
    return { ...traffic, primary: traffic.standby, standby: traffic.primary };
  return { ...traffic, primary: traffic.standby, standby: traffic.primary };
}
