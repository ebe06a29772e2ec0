import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import type { Template } from '../../template.ts';
import type { Bug, Edit } from './bug.ts';
import { editsOf, machineIds } from './bug.ts';

const root = join(import.meta.dirname, '..', '..', '..');

/**
 * Makes one change of a text.
 * @throws Error naming bug and file unless the text that is looked for occurs exactly once: a bug
 * that changes nothing would pass for one that nobody can find
 */
export function edited(text: string, { find, replace }: Edit, name: string): string {
  const times = text.split(find).length - 1;
  if (times === 1) return text.replace(find, () => replace);
  throw new Error(`${name}: the text to change occurs ${times} times instead of once.`);
}

/** The text of a file with a bug in it. */
export function withBug(text: string, bug: Bug, file: string): string {
  return editsOf(bug)
    .filter((edit) => edit.file === file)
    .reduce((changed, edit) => edited(changed, edit, `Bug ${bug.id} in ${file}`), text);
}

/**
 * Puts a bug into what this thread loads from now on. Call it before any product file is loaded.
 * @returns files that were not loaded yet: a bug in one of them is in nothing that runs
 */
export function loadWithBug(bug: Bug): Set<string> {
  const waiting = new Set(editsOf(bug).map(({ file }) => file));
  for (const path of machineIds.keys()) waiting.delete(path);
  const files = new Map([...waiting].map((file) => [join(root, file), file]));
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      const file = url.startsWith('file:') ? files.get(fileURLToPath(url)) : undefined;
      if (file === undefined) return loaded;
      waiting.delete(file);
      const { source } = loaded;
      const text =
        typeof source === 'string' ? source : new TextDecoder().decode(source ?? undefined);
      return { ...loaded, source: withBug(text, bug, file) };
    },
  });
  return waiting;
}

/** The packed template with a bug in the definitions of the state machines. */
export function templateWithBug(template: Template, bug: Bug): Template {
  const Resources = { ...template.Resources };
  for (const [path, id] of machineIds) {
    if (!editsOf(bug).some(({ file }) => file === path)) continue;
    const text = withBug(readFileSync(join(root, path), 'utf8'), bug, path);
    const definition: unknown = parse(text, { merge: true });
    const machine = Resources[id];
    if (machine === undefined) throw new Error(`Bug ${bug.id}: the template has no ${id}.`);
    Resources[id] = { ...machine, Properties: { ...machine.Properties, Definition: definition } };
  }
  return { ...template, Resources };
}
