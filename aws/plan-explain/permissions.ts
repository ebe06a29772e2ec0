import * as z from 'zod';
import { planIam } from '../drivers/iam.ts';
import type { Plan } from '../plan.ts';
import { isReversible, reversePlan } from '../reverse-plan.ts';
import { needs } from '../stack/needs.ts';

/** What one function may do. */
export interface ExplainedPermissions {
  readonly function: string;
  readonly statements: readonly {
    readonly actions: readonly string[];
    readonly resources: readonly string[];
    /** Why the resource is not narrower, where it is `*`. */
    readonly because?: string;
  }[];
}

const StackResource = z.union([
  z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) }),
  z.object({ 'Fn::Sub': z.string() }),
  z.object({ Ref: z.string() }),
]);

/** The permissions of each function as they are deployed for this plan, logs and traces aside. */
export function explainPermissions(plan: Plan): readonly ExplainedPermissions[] {
  const iam = planIam(plan);
  const back = isReversible(plan) ? planIam(reversePlan(plan)) : undefined;
  return Object.entries(needs).map(([name, { stack, plan: ofPlan, moves, reconciles, keeps }]) => {
    const own = stack.map(({ actions, resource }) => ({
      actions,
      resources: [resource].flat().map(resourceWords),
    }));
    const moving = back === undefined ? [] : (moves?.(iam, back) ?? []);
    const reconciling = plan.reconciliation === undefined ? [] : (reconciles?.(iam) ?? []);
    const keeping = plan.reconciliation?.keepSlot === true ? (keeps?.(iam) ?? []) : [];
    const drivers = [...ofPlan(iam), ...reconciling, ...keeping, ...moving].map(
      ({ actions, resources, because, condition }) => {
        const region = condition?.['StringEquals']?.['aws:RequestedRegion'];
        const where = region === undefined ? '' : ` in ${String(region)}`;
        return {
          actions,
          resources: resources.map((arn) => `${arn}${where}`),
          ...(because === undefined ? {} : { because }),
        };
      },
    );
    return { function: name, statements: unique([...own, ...drivers]) };
  });
}

function resourceWords(resource: unknown): string {
  const parsed = StackResource.parse(resource);
  if ('Ref' in parsed) return parsed.Ref;
  return 'Fn::Sub' in parsed ? parsed['Fn::Sub'] : parsed['Fn::GetAtt'].join('.');
}

function unique<Item>(items: readonly Item[]): Item[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}
