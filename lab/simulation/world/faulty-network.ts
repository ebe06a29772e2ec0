import type { Network } from '../../../core/network.ts';
import type { AroundCall } from '../../aws/intercept.ts';
import type { Side } from '../../world/routing.ts';

/** The network behind the same seam as the SDK's calls: each request is a call that may fail. */
export function faultyNetwork(
  network: Network,
  around: AroundCall,
  sideOf: (host: string) => Side | undefined,
): Network {
  const call = async (command: string, host: string, effect: () => Promise<object>) =>
    await around({ client: 'network', command, region: sideOf(host) ?? host, input: host }, effect);
  return {
    async https(request) {
      const { hostname } = new URL(request.url);
      const effect = async (): Promise<object> => await network.https(request);
      const answer = await call(`https ${request.method}`, hostname, effect);
      return {
        status: Number(Reflect.get(answer, 'status')),
        body: String(Reflect.get(answer, 'body')),
      };
    },
    async tcp(target) {
      await call('tcp', target.host, async () => {
        await network.tcp(target);
        return {};
      });
    },
    async resolve(name, recordType) {
      const effect = async (): Promise<object> => ({
        found: await network.resolve(name, recordType),
      });
      const found: unknown = Reflect.get(await call('resolve', name, effect), 'found');
      return Array.isArray(found) ? found.map(String) : [];
    },
  };
}
