import { findWords, returnedNotice } from '../core/return-notices.ts';
import type { Tried } from '../core/watch.ts';
import { isStillGone } from '../core/watch.ts';
import { appendToLedger } from './ledger.ts';
import { tell } from './notify.ts';
import type { Watched } from './old-primary.ts';
import { keepForWatch } from './old-primary.ts';
import type { Fencing, Plan } from './plan.ts';
import { stackOptionsOf } from './runtime.ts';
import type { Runtime } from './runtime.ts';
import { tryFence } from './try-fence.ts';

/**
 * Puts up the fences of an old primary that no try has completed yet, and tells people what came of
 * it. That its Region is still gone is no news.
 */
export async function fenceOldPrimary(
  runtime: Runtime,
  deployed: Plan,
  watched: Watched,
  fences: readonly Fencing[],
): Promise<readonly Tried[]> {
  const { plan, incident } = watched;
  const tried = await Promise.all(
    fences.map(async (fence) => await tryFence(runtime, plan, incident, fence)),
  );
  const news = tried.filter((each) => !isStillGone(each));
  if (news.length === 0) return tried;
  if (news.some(({ isComplete }) => isComplete))
    await appendToLedger(runtime, incident.id, 'old-primary-fenced', { tried: news });
  const next = findWords(deployed, stackOptionsOf(runtime.environment));
  await tell(runtime, deployed, returnedNotice(incident, news, next));
  await keepForWatch(runtime, watched, news);
  return tried;
}
