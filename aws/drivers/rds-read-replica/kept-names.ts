import type { KeptNames } from '../../../core/switchover/rebuild.ts';
import type { RdsReadReplica } from './schema.ts';

const MOST_NAME_CHARACTERS = 63;

/** Named after the promotion that made the instance an old one: the same for every attempt. */
export function keptNames({ replica }: RdsReadReplica, promotedBy: string | undefined): KeptNames {
  const epoch = promotedBy?.split('-').at(-1) ?? '0';
  const end = `-before-${epoch}`;
  const instance = `${replica.slice(0, MOST_NAME_CHARACTERS - end.length)}${end}`.replace(
    '--',
    '-',
  );
  return { instance, snapshot: `failover-${instance}` };
}
