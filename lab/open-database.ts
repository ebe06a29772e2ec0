import type { Access, Side } from '../aws/postgres/side.ts';
import { UnreachableError } from '../core/errors.ts';
import { addressOf } from './world/databases.ts';
import { placeIn } from './world/world.ts';
import type { World } from './world/world.ts';

/** The user of every database in the lab, as Secrets Manager keeps it. */
export const USER = { username: 'failover', password: 'of the lab' };

/** Keeps the user of the plan's databases where the plan says. */
export function seedConnections({ plan, secrets }: World): void {
  for (const { connection } of plan.databases) {
    if (connection === undefined) continue;
    const value = JSON.stringify(USER);
    secrets.set(connection.secret, { current: { id: 'version-1', value }, previous: undefined });
  }
}

/**
 * Opens a session as the driver would: to the instance that has the address, with the user of the
 * secret, and verified. @throws UnreachableError if one of these is not right
 */
export async function openDatabase(
  world: World,
  name: string,
  url: string,
  access: Access,
): Promise<Side> {
  const { hostname, username, password, searchParams } = new URL(url);
  const instance = [...world.databases.values()].find((each) => addressOf(each) === hostname);
  const given = [username, password].map((each) => decodeURIComponent(each));
  const isUser = given.join(' ') === `${USER.username} ${USER.password}`;
  if (instance === undefined || !isUser || searchParams.get('sslmode') !== 'verify-full')
    throw new UnreachableError(`${name} cannot be asked: nobody answers at ${hostname}.`);
  return await world.physics.openDatabase(name, placeIn(world.plan, instance.region), access);
}
