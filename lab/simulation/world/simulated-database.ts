import { UnreachableError } from '../../../core/errors.ts';
import type { LabClock } from '../../clock.ts';
import type { Place } from '../../world/place.ts';
import { otherPlace } from '../../world/place.ts';
import type { SimulatedDatabase } from '../../world/sessions.ts';
import type { Facts } from './facts.ts';

/** A commit takes so much of the log. */
const BYTES = 100;

/** One place of the pair, as a session sees it. */
export function databaseAt(
  place: Place,
  { databases, hasSessions, ...facts }: Facts,
  clock: LabClock,
) {
  const isRunning = (): boolean => databases.isRunning(place) && isReachable(place, facts);
  const database: SimulatedDatabase = {
    facts() {
      const isStandby = databases.isReplica(place);
      const at = clock.now().getTime();
      const written = databases.commits(isStandby ? otherPlace(place) : place, at).length;
      const missing = isStandby ? databases.missing(at).length : 0;
      return {
        ...{ isRunning: isRunning(), isStandby, timeline: 1, subscriptions: 0 },
        transactions: written + facts.marks.count,
        position: (written - missing) * BYTES,
      };
    },
    others: () => (hasSessions[place] ? 1 : 0),
    endOthers() {
      const others = hasSessions[place] ? 1 : 0;
      hasSessions[place] = false;
      return others;
    },
    prepared: () => 0,
    // A message of ours is no write of anybody's: the position before it is as good.
    mark() {
      facts.marks.count += 1;
    },
    writes: () => databases.commits(place, clock.now().getTime()).map(({ write }) => write),
    give(write) {
      const result = databases.write(place, write, clock.now().getTime());
      if (result === 'committed') {
        facts.given.push(write);
        return Promise.resolve();
      }
      return Promise.reject(new UnreachableError(`${place} takes no writes: ${result}.`));
    },
  };
  return database;
}

/** A dead Region's database is not reached; the way between Regions may be cut. */
function isReachable(place: Place, { ways }: Pick<Facts, 'ways'>): boolean {
  return place === 'standby' || (ways.isOpen('standby', place) && ways.isOpen(place, 'standby'));
}
