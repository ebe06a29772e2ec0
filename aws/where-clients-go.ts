import { UnreachableError } from '../core/errors.ts';
import { readAgain } from './read-again.ts';
import type { Runtime } from './runtime.ts';

/**
 * Whether a public name leads to a Region: it shares an address with a host by which the plan checks
 * that Region. That it does not lead elsewhere is not enough.
 * @throws UnreachableError if a name cannot be resolved
 */
export async function leadsTo(
  runtime: Runtime,
  name: string,
  checks: readonly { readonly url: string }[],
): Promise<{ readonly isThere: boolean; readonly words: string }> {
  const hosts = checks.map(({ url }) => new URL(url).hostname);
  const [answers, ...known] = await Promise.all(
    [name, ...hosts].map(async (each) => await resolve(runtime, each)),
  );
  const isThere = known.flat().some((address) => answers?.includes(address) === true);
  const shares = isThere ? 'shares an address' : 'shares no address';
  const words = `${name} (${(answers ?? []).join(', ')}) ${shares} with ${hosts.join(', ')}.`;
  return { isThere, words };
}

async function resolve({ network }: Runtime, name: string): Promise<readonly string[]> {
  return await readAgain(async () => {
    try {
      return await network.resolve(name, 'A');
    } catch (error) {
      throw new UnreachableError(`${name} cannot be resolved.`, { cause: error });
    }
  });
}
