import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { loadPlans } from '../plan-file.ts';
import { foldSchemaKeys } from './fold-schema-keys.ts';
import { plansPath } from './stack.ts';

const root = join(import.meta.dirname, '..', '..');

/**
 * Bundles every function into one file of its own, and the plans beside them. CommonJS packages
 * inside an ES module need `require`, which the banner provides.
 * @param target the folder to write; it is emptied first
 */
export async function bundleFunctions(target: string, plansAt: string): Promise<void> {
  const names = (await readdir(join(root, 'functions'))).filter((name) => name.endsWith('.ts'));
  const plans = await loadPlans(plansAt);
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  await build({
    entryPoints: names.map((name) => join(root, 'functions', name)),
    outdir: target,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    alias: {
      '@aws-sdk/credential-provider-node': join(root, 'aws/stack/lambda-credentials.ts'),
    },
    plugins: [foldSchemaKeys],
    banner: {
      js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);",
    },
  });
  await writeFile(join(target, 'plans.json'), JSON.stringify(plans));
}

if (import.meta.main) {
  await bundleFunctions(join(root, 'dist', 'functions'), plansPath(process.env));
}
