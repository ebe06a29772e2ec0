import { join } from 'node:path';
import { InvalidInputError } from '../../core/errors.ts';
import type { Plan } from '../plan.ts';
import { loadPlans } from '../plan-file.ts';
import { refuseLargeRoles } from './policy-size.ts';
import { functionRoles, killSwitches, machineRoles, ruleRole } from './roles.ts';
import type { CloudFormationResource } from './policy.ts';
import { functionsIn, networkWarnings, readVpc } from './vpc.ts';

/** What serverless.yml takes from the plans. */
export interface Stack {
  readonly region: string;
  readonly alarms: readonly string[];
  readonly topics: readonly string[];
  /** Whether slots are kept: the state of the rule that has it done. */
  readonly keeper: 'ENABLED' | 'DISABLED';
  /** What its alarm makes of a minute in which it did not run. */
  readonly keeperSilence: 'breaching' | 'notBreaching';
  /** What whoever packs it should know. */
  readonly warnings: readonly string[];
  readonly resources: { readonly Resources: Readonly<Record<string, CloudFormationResource>> };
}

/**
 * Describes the stack for the plans in `plans/`, or in the files that `FAILOVER_PLANS` lists.
 * @throws InvalidInputError naming every mistake in every plan, or every role that gets too large
 */
export async function describeStack(environment: NodeJS.ProcessEnv): Promise<Stack> {
  const plans = await loadPlans(plansPath(environment));
  const vpc = readVpc(environment);
  const region = standbyRegion(plans);
  const roles = { ...functionRoles(plans, vpc), ...machineRoles(), ...ruleRole() };
  const isKept = plans.some(({ reconciliation }) => reconciliation?.keepSlot);
  refuseLargeRoles(roles, region, plans.length);
  return {
    region,
    alarms: [...new Set(plans.flatMap(({ detection }) => detection.alarms))],
    topics: deadLetterTopics(plans),
    keeper: isKept ? 'ENABLED' : 'DISABLED',
    keeperSilence: isKept ? 'breaching' : 'notBreaching',
    warnings: networkWarnings(plans, vpc),
    resources: {
      Resources: {
        ...roles,
        ...killSwitches(plans),
        ...functionsIn(vpc),
      },
    },
  };
}

/** Where the plans of this stack are: `plans/`, or what `FAILOVER_PLANS` lists. */
export function plansPath(environment: NodeJS.ProcessEnv): string {
  return environment['FAILOVER_PLANS'] ?? join(import.meta.dirname, '..', '..', 'plans');
}

const MOST_ALARM_ACTIONS = 5;

/** An alarm may only publish to topics of its own Region, and to five at the most. */
function deadLetterTopics(plans: readonly Plan[]): string[] {
  const topics = plans.flatMap(({ notifications, regions }) =>
    notifications.flatMap((channel) =>
      channel.kind === 'sns' && channel.topicArn.split(':')[3] === regions.standby
        ? [channel.topicArn]
        : [],
    ),
  );
  return [...new Set(topics)].slice(0, MOST_ALARM_ACTIONS);
}

/** One stack orchestrates one standby Region: its table is the lock of its plans. */
function standbyRegion(plans: readonly Plan[]): string {
  const regions = new Set(plans.map((plan) => plan.regions.standby));
  const [region, ...others] = regions;
  if (region === undefined) throw new InvalidInputError('There is no plan to deploy.');
  if (others.length > 0) {
    throw new InvalidInputError(
      `The plans have several standby Regions (${[...regions].join(', ')}); ` +
        'deploy one stack for each, with FAILOVER_PLANS naming its files.',
    );
  }
  return region;
}
