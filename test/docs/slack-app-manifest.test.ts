import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import * as z from 'zod';

const root = join(import.meta.dirname, '..', '..');
const read = async (file: string): Promise<string> => await readFile(join(root, file), 'utf8');

const Manifest = z.object({
  features: z.strictObject({ bot_user: z.looseObject({}) }),
  oauth_config: z.strictObject({ scopes: z.strictObject({ bot: z.array(z.string()) }) }),
  settings: z.object({
    interactivity: z.object({ is_enabled: z.boolean(), request_url: z.string() }),
    token_rotation_enabled: z.boolean(),
    socket_mode_enabled: z.boolean(),
  }),
});

/** The scope that each method of the Web API needs (docs.slack.dev); null for none. */
const scopes: Readonly<Record<string, string | null>> = {
  'auth.test': null,
  'chat.postMessage': 'chat:write',
  'chat.update': 'chat:write',
};

describe('the manifest of the Slack app', () => {
  it('asks for the scopes of the methods that are called, and for no other', async () => {
    const { oauth_config } = Manifest.parse(parse(await read('docs/slack-app-manifest.yaml')));
    const code = await read('aws/drivers/slack-app/api.ts');
    const [, list = ''] = /export type SlackMethod = ([^;]+);/.exec(code) ?? [];
    const methods = [...list.matchAll(/'([^']+)'/g)].map(([, method = '']) => method);
    expect(methods.toSorted()).toEqual(Object.keys(scopes).toSorted());
    const needed = new Set(methods.flatMap((method) => scopes[method] ?? []));
    expect(oauth_config.scopes.bot).toEqual([...needed]);
  });

  it('sends clicks to the path that the front door answers', async () => {
    const { settings } = Manifest.parse(parse(await read('docs/slack-app-manifest.yaml')));
    const { pathname, protocol } = new URL(settings.interactivity.request_url);
    expect([settings.interactivity.is_enabled, protocol]).toEqual([true, 'https:']);
    expect(await read('functions/front-door.ts')).toContain(`.post('${pathname}'`);
  });

  it('wants what the code can do: a token that stays, and no socket', async () => {
    const { settings } = Manifest.parse(parse(await read('docs/slack-app-manifest.yaml')));
    expect(settings).toMatchObject({ token_rotation_enabled: false, socket_mode_enabled: false });
  });
});
