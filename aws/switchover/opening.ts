import { describeError } from '../../core/errors.ts';
import type { Incident } from '../../core/incident.ts';
import { incidentId } from '../../core/incident.ts';
import type { Decision } from '../../core/rules.ts';
import { decide } from '../../core/rules.ts';
import { openingRules } from '../../core/switchover/opening.ts';
import type { SwitchoverRequest } from '../../core/switchover/request.ts';
import { databaseDriver } from '../drivers/databases.ts';
import { readKillSwitch } from '../kill-switch.ts';
import type { Plan } from '../plan.ts';
import { readAgain } from '../read-again.ts';
import { reversePlan } from '../reverse-plan.ts';
import type { Runtime } from '../runtime.ts';
import { leadsTo } from '../where-clients-go.ts';
import type { Standing } from './standing.ts';
import { readStanding } from './standing.ts';

/** Whether a switchover may begin: everything that it depends on is read now. */
export async function judgeOpening(
  runtime: Runtime,
  plan: Plan,
  course: Plan,
): Promise<{ readonly decision: Decision<'open' | 'decline'>; readonly standing: Standing }> {
  const [standing, killSwitch, sources, targets, clientsThere] = await Promise.all([
    readStanding(runtime, plan),
    readKillSwitch(runtime, plan.name),
    readRoles(runtime, reversePlan(course)),
    readRoles(runtime, course),
    readClients(runtime, course),
  ]);
  const { primary: from, standby: to } = course.regions;
  const notWriting = sources.flatMap(({ role, words }) => (role === 'writer' ? [] : [words]));
  // A promotion that never came about is in the table: a target that follows is no writer.
  const follows = targets.every(({ role }) => role === 'replica') && notWriting.length === 0;
  const decision = decide(openingRules, {
    ...standing,
    ...{ from, to, killSwitch, notWriting, clientsThere },
    writer: follows ? from : standing.writer,
    now: runtime.clock.now(),
  });
  return { decision, standing };
}

/** What the databases of a plan's standby are now; what cannot be read has no role. */
async function readRoles(runtime: Runtime, plan: Plan) {
  const looks = plan.databases.map(async (database) => {
    try {
      const read = () => databaseDriver(database).read({ plan, runtime });
      const { role, status } = await readAgain(read);
      return { role, words: `${database.id} is ${role} (${status}).` };
    } catch (error) {
      const words = `${database.id} cannot be read. ${describeError(error)}`;
      return { role: undefined, words };
    }
  });
  return await Promise.all(looks);
}

/**
 * Names that lead to the Region that takes over, or nobody knows where. One that leads to both sides,
 * as behind a front that they share, says nothing.
 */
async function readClients(runtime: Runtime, course: Plan): Promise<string[]> {
  const [there, here] = [course.verification.standby, reversePlan(course).verification.standby];
  const looks = course.traffic.map(async ({ name }) => {
    try {
      const target = await leadsTo(runtime, name, there);
      if (!target.isThere) return [];
      const source = await leadsTo(runtime, name, here);
      return source.isThere ? [] : [target.words];
    } catch (error) {
      return [describeError(error)];
    }
  });
  return (await Promise.all(looks)).flat();
}

/** The incident of a switchover, one epoch after the last one of its plan. */
export function nextSwitchover(
  runtime: Runtime,
  { plan, to, by, reason }: SwitchoverRequest,
  { lock, promotedBy }: Standing,
  executionArn: string,
): Incident {
  const epoch = (lock?.epoch ?? 0) + 1;
  const openedAt = runtime.clock.now().toISOString();
  return {
    id: incidentId(plan, openedAt, epoch),
    ...{ plan, epoch, openedAt, executionArn },
    alarm: 'none: a planned switchover',
    alarmReason: `${by} asked for it: ${reason}`,
    outageStart: { known: false, reason: 'There is no outage: the switchover is planned.' },
    planned: { by, to, ...(promotedBy === undefined ? {} : { after: promotedBy }) },
    ...(lock?.settlesAt === undefined ? {} : { settlesAt: lock.settlesAt }),
  };
}
