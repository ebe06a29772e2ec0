import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';

const root = join(import.meta.dirname, '..');
const run = promisify(execFile);

/** A CloudFormation template, as far as the lab reads it. */
export const Template = z.object({
  Resources: z.record(
    z.string(),
    z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }),
  ),
});
export type Template = z.infer<typeof Template>;

/**
 * The CloudFormation template that the Serverless Framework packs for a plan: the lab runs what
 * would be deployed. Packing takes seconds, so that the result is kept until a file of the stack
 * changes.
 * @param planFile path of the plan, or several with commas between them
 */
export async function packTemplate(planFile: string): Promise<Template> {
  const kept = join(root, 'node_modules', '.cache', 'region-failover', await keyOf(planFile));
  try {
    return Template.parse(JSON.parse(await readFile(kept, 'utf8')));
  } catch {
    const text = await pack(planFile);
    await keep(kept, text);
    return Template.parse(JSON.parse(text));
  }
}

/** What the template depends on. The bundles are not among it: the lab imports the sources. */
async function keyOf(planFile: string): Promise<string> {
  const hash = createHash('sha256');
  const sources = ['aws', 'core'].map(async (folder) => {
    const names = await readdir(join(root, folder), { recursive: true });
    return names.filter((name) => /\.c?[jt]s$/.test(name)).map((name) => join(folder, name));
  });
  const machines = await readdir(join(root, 'statemachines'));
  const files = [
    'serverless.yml',
    'package.json',
    ...machines.map((name) => join('statemachines', name)),
  ];
  const all = [...files, ...(await Promise.all(sources)).flat()].toSorted();
  for (const file of all) hash.update(file).update(await readFile(join(root, file)));
  for (const file of planFile.split(',')) hash.update(await readFile(file));
  return `${hash.digest('hex')}.json`;
}

/** What the framework reads of a service. */
const serviceFiles = ['serverless.yml', 'package.json', 'LICENSE', 'statemachines'];
/** What these lead to is imported from where it is. */
const serviceFolders = ['aws', 'core'];

/**
 * Packs in a folder of its own: the framework works in `.serverless` of the
 * folder that it is started in, where two at a time disturb each other, and what somebody packed
 * to deploy it would be lost.
 */
async function pack(planFile: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'region-failover-template-'));
  try {
    for (const name of serviceFiles)
      await cp(join(root, name), join(folder, name), { recursive: true });
    for (const name of serviceFolders) await symlink(join(root, name), join(folder, name));
    const command = join(root, 'node_modules', 'serverless', 'bin', 'serverless.js');
    await run(process.execPath, [command, 'package', '--package', join(folder, 'packed')], {
      cwd: folder,
      env: {
        ...process.env,
        FAILOVER_PLANS: planFile
          .split(',')
          .map((file) => resolve(file))
          .join(','),
        SLS_TELEMETRY_DISABLED: '1',
        SLS_NOTIFICATIONS_MODE: 'off',
      },
    });
    return await readFile(
      join(folder, 'packed', 'cloudformation-template-update-stack.json'),
      'utf8',
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A cache that cannot be written, in a read-only checkout, is no reason to fail. */
async function keep(file: string, text: string): Promise<void> {
  try {
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(`${file}.${process.pid}`, text);
    await rename(`${file}.${process.pid}`, file);
  } catch {
    // The next start packs again.
  }
}
