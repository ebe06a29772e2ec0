import { describeError } from '../core/errors.ts';
import { databaseDriver } from './drivers/databases.ts';
import type { Plan } from './plan.ts';
import { readAgain } from './read-again.ts';
import type { Runtime } from './runtime.ts';

/** Each replica that may not be promoted; one that cannot be read may not. */
export async function findIneligible(runtime: Runtime, plan: Plan): Promise<string[]> {
  const found = await Promise.all(
    plan.databases.map(async (database) => {
      try {
        const driver = databaseDriver(database);
        const state = await readAgain(() => driver.read({ plan, runtime }));
        const { role, status, ineligibleBecause } = state;
        if (role === 'replica') return ineligibleBecause;
        return `its role is ${role} (status ${status})`;
      } catch (error) {
        return `its state cannot be read: ${describeError(error)}`;
      }
    }),
  );
  return found.flatMap((why, index) =>
    why === undefined ? [] : [`${plan.databases[index]?.id ?? ''}: ${why}`],
  );
}
