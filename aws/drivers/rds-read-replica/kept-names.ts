import type { KeptNames } from '../../../core/switchover/rebuild.ts';
import { digestOf } from '../../../core/digest.ts';

/** RDS takes 63 characters for an instance; after `-before-` come eight digits of an epoch at most. */
const MOST_BASE_CHARACTERS = 63 - '-before-'.length - 8;
const DIGEST_CHARACTERS = 8;

/**
 * The names of an old instance and its snapshot. `which` is the epoch of the promotion that made it
 * an old one, or `*` where a role is to cover every one: names and patterns are made here only, so
 * that a role covers whatever is named. A long name is cut, and told from others by its digest.
 */
function namesFor(instance: string, which: string): KeptNames {
  const head = instance.slice(0, MOST_BASE_CHARACTERS - DIGEST_CHARACTERS - 1).replace(/-$/, '');
  const base =
    instance.length <= MOST_BASE_CHARACTERS
      ? instance
      : `${head}-${digestOf(instance).slice(0, DIGEST_CHARACTERS)}`;
  const kept = `${base}-before-${which}`;
  return { instance: kept, snapshot: `failover-${kept}` };
}

/** Named after the promotion that made the instance an old one: the same for every attempt. */
export function keptNames(
  { replica }: { readonly replica: string },
  promotedBy: string | undefined,
): KeptNames {
  return namesFor(replica, promotedBy?.split('-').at(-1) ?? '0');
}

/** Patterns for IAM of every name that an old instance and its snapshot may get. */
export const keptPatterns = (instance: string): KeptNames => namesFor(instance, '*');
