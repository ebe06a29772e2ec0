import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/**
 * The SDK describes every shape of a service in one file, as arrays whose objects have computed
 * keys (`{ [_xN]: _x }`). A computed key may run code, so that esbuild must keep every shape of
 * every call: half a megabyte for EC2. The keys are constants of the same file; written out as
 * they are, what is not called falls away. Nothing else is changed.
 */
export const foldSchemaKeys: Plugin = {
  name: 'fold-schema-keys',
  setup(build) {
    build.onLoad({ filter: /dist-es[\\/]schemas[\\/]schemas_\d+\.js$/ }, async ({ path }) => ({
      contents: fold(await readFile(path, 'utf8')),
      loader: 'js',
    }));
  },
};

/** Writes computed keys out; a key that is no constant of this text stays as it is. */
function fold(source: string): string {
  const constants = new Map(
    [...source.matchAll(/^const (_\w+) = ("[^"\n]*");$/gm)].map((match) => [match[1], match[2]]),
  );
  return source.replaceAll(/\[(_\w+)\]:/g, (key, name: string) =>
    `${constants.get(name) ?? key}:`.replace('::', ':'),
  );
}
