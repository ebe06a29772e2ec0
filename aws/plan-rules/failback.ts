import type { Fencing } from '../plan.ts';
import { Plan } from '../plan.ts';
import type { PlanPath } from '../plan-source.ts';
import { reversePlan } from '../reverse-plan.ts';
import { regionOf, rule } from './rule.ts';
import type { Finding, PlanRule } from './rule.ts';

/** What the section that tells of the way back demands of the rest. */
export const failbackRules: readonly PlanRule[] = [
  rule({
    id: 'way-back-for-each-database',
    why: 'A database that is left behind would be a second writer, or none.',
    needs: ['databases', 'failback'],
    check: ({ databases, failback }) => {
      if (failback === undefined) return [];
      const ids = databases.map(({ id }) => id);
      const path: PlanPath = ['failback', 'databases'];
      const back = failback.databases.map(({ id }) => id);
      const missing = ids.filter((id) => !back.includes(id));
      const strange = back.filter((id, index) => !ids.includes(id) || back.indexOf(id) < index);
      if (missing.length === 0 && strange.length === 0) return [];
      const expected = `each database of the plan once: ${ids.join(', ')}`;
      return [{ path, found: back.join(', '), expected }];
    },
  }),
  rule({
    id: 'way-back-needs-connection',
    why: 'That a switchover loses nothing is proved by the log of the database itself.',
    needs: ['databases', 'failback'],
    check: ({ databases, failback }) =>
      databases.flatMap(({ connection }, index) =>
        failback === undefined || connection !== undefined
          ? []
          : [
              {
                path: ['databases', index],
                found: 'no connection, and a section failback',
                expected: 'a connection: its secret and the name of the database',
              },
            ],
      ),
  }),
  rule({
    id: 'way-back-needs-proof',
    why: 'A switchover promotes only behind a fence that is confirmed, and only a proof confirms one.',
    needs: ['fencing', 'failback'],
    // The fences of the way back are looked at with the plan reversed, as everything there is.
    check: ({ fencing, failback }) =>
      failback === undefined ? [] : withoutProof(fencing, ['fencing']),
  }),
  rule({
    id: 'connection-secret-in-regions',
    why: 'A switchover needs both Regions of the plan, and should need no third one.',
    needs: ['databases', 'regions'],
    check: ({ databases, regions: { primary, standby } }) =>
      databases.flatMap(({ connection }, index) => {
        const region = connection === undefined ? standby : regionOf(connection.secret);
        if (region === primary || region === standby) return [];
        const path = ['databases', index, 'connection', 'secret'];
        return [{ path, found: `a secret in ${region}`, expected: `one in ${standby}` }];
      }),
  }),
];

function withoutProof(fencing: readonly Fencing[], path: PlanPath): Finding[] {
  const isProved = fencing.some((fence) => fence.kind !== 'edge' && fence.proof !== undefined);
  const expected = 'one with a proof at least, because the plan has a section failback';
  return isProved ? [] : [{ path, found: 'no fence with a proof', expected }];
}

/**
 * Where a mistake in the reversed plan was made. Undefined for a part that is the same both ways: it
 * was looked at already.
 */
export function pathOfBack(path: PlanPath, { databases, failback }: Plan): PlanPath | undefined {
  const [section, at, field, ...rest] = path;
  if (section === 'databases' && typeof at === 'number') {
    const id = databases[at]?.id;
    const index = failback?.databases.findIndex((back) => back.id === id) ?? -1;
    const isBack = field === 'lag' || field === 'writeCheck';
    return isBack ? ['failback', 'databases', index, field, ...rest] : undefined;
  }
  const isBack =
    section === 'fencing' ||
    section === 'compute' ||
    (section === 'detection' && (at === 'alarms' || at === 'probes')) ||
    (section === 'verification' && at === 'standby');
  return isBack ? ['failback', ...path] : undefined;
}

/** What the other rules find in the plan reversed, at the places where it was written. */
export function checkWayBack(value: unknown, rules: readonly PlanRule[]): readonly Finding[] {
  const parsed = Plan.safeParse(value);
  if (!parsed.success || parsed.data.failback === undefined) return [];
  const plan = parsed.data;
  const ids = new Set(plan.failback?.databases.map(({ id }) => id));
  if (!plan.databases.every(({ id }) => ids.has(id))) return [];
  const reversed = reversePlan(plan);
  return rules.flatMap(({ check }) =>
    check(reversed, new Set()).flatMap((finding) => {
      const path = pathOfBack(finding.path, plan);
      return path === undefined ? [] : [{ ...finding, path }];
    }),
  );
}
