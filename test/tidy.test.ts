import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { FailoverError } from '../core/errors.ts';
import * as errors from '../core/errors.ts';
import { kebab } from './stack/names.ts';

const root = join(import.meta.dirname, '..');
/** From the outermost to the innermost: a folder imports itself and what comes after it. */
const layers = ['cli', 'lab', 'functions', 'aws', 'core'];

interface Source {
  readonly file: string;
  readonly text: string;
  readonly lines: readonly string[];
}

let sources: Source[] = [];
let machine = '';
let stack = '';
beforeAll(async () => {
  const folders = [...layers, 'test'].map(async (folder) => {
    const names = await readdir(join(root, folder), { recursive: true });
    return names.filter((name) => name.endsWith('.ts')).map((name) => join(folder, name));
  });
  const files = (await Promise.all(folders)).flat().toSorted();
  sources = await Promise.all(
    files.map(async (file) => {
      const text = await readFile(join(root, file), 'utf8');
      return { file, text, lines: text.split('\n') };
    }),
  );
  for (const name of ['failover', 'switchover', 'reconcile'])
    machine += await readFile(join(root, 'statemachines', `${name}.asl.yaml`), 'utf8');
  stack = await readFile(join(root, 'serverless.yml'), 'utf8');
});

const code = (): Source[] => sources.filter(({ file }) => !file.startsWith('test/'));

function importsOf({ text }: Source): string[] {
  return [...text.matchAll(/^(?:import|export)\s[^;]*?from '([^']+)'/gms)].map(
    ([, from = '']) => from,
  );
}

/** The folder that a relative import leads to. */
function layerOf(file: string, from: string): string {
  return join(file, '..', from).split('/')[0] ?? '';
}

describe('imports', () => {
  it('point one way: cli -> lab -> functions -> aws -> core', () => {
    const backwards = code().flatMap((source) => {
      const [own = ''] = source.file.split('/');
      return importsOf(source)
        .filter((from) => from.startsWith('.'))
        .filter((from) => layers.indexOf(layerOf(source.file, from)) < layers.indexOf(own))
        .map((from) => `${source.file} imports ${from}`);
    });
    expect(backwards).toStrictEqual([]);
  });

  /** Files outside aws/ and lab/ that speak to AWS, each with its reason. */
  const speakers: Readonly<Record<string, string>> = {
    'cli/stack.ts': 'finds the stack with the credentials of whoever runs the command',
  };
  it('bring the AWS SDK into aws/ and lab/ only', () => {
    const found = code()
      .filter(({ file }) => !/^(aws|lab)\//.test(file))
      .filter((source) => importsOf(source).some((from) => from.startsWith('@aws-sdk/')))
      .map(({ file }) => file);
    expect(found.toSorted()).toStrictEqual(Object.keys(speakers).toSorted());
  });

  it('take zod as `import * as z`, so that bundles drop what they do not use', () => {
    const others = sources
      .filter(({ text }) => /^import .* from 'zod'/m.test(text))
      .filter(({ text }) => !/^import (type )?\* as z from 'zod'/m.test(text))
      .map(({ file }) => file);
    expect(others).toStrictEqual([]);
  });
});

describe('sizes', () => {
  /** Longer than the house allows, each with its reason. None may grow further. */
  const longer: Readonly<Record<string, { lines: number; why: string }>> = {
    'lab/parts/world-parts.ts': { lines: 215, why: 'starts and stops the parts in their order' },
    'test/lab/aws/refusals.test.ts': { lines: 220, why: 'one table of everything refused' },
    'test/statemachines/scenario-table.ts': { lines: 245, why: 'one table of all stories' },
    'test/statemachines/failover.test.ts': { lines: 215, why: 'the runs share what was reached' },
    'test/tidy.test.ts': { lines: 205, why: 'one table of the rules of the house' },
    'test/stack/template.test.ts': { lines: 330, why: 'one packed template, read once' },
  };
  it('are 80 lines for a function and 200 for everything else', () => {
    const tooLong = sources.flatMap(({ file, lines }) => {
      const limit = longer[file]?.lines ?? (file.startsWith('functions/') ? 80 : 200);
      const count = lines.length - 1;
      return count > limit ? [`${file} has ${count} lines of ${limit}: split it`] : [];
    });
    expect(tooLong).toStrictEqual([]);
  });

  it('are 100 columns a line; only words in quotes go on, so that they can be searched for', () => {
    const wide = sources.flatMap(({ file, lines }) =>
      lines.flatMap((line, index) => {
        const isText = /['"`][^'"`]{40,}['"`]|`[^`]{40,}|^\s*(\*|\/\/|\/\*\*) |=> .*`/.test(line);
        return line.length > 100 && !(isText && line.length <= 160)
          ? [`${file}:${index + 1} has ${line.length} columns`]
          : [];
      }),
    );
    expect(wide).toStrictEqual([]);
  });
});

describe('calls that are banned', () => {
  const clocks = ['aws/aws-runtime.ts', 'lab/clock.ts'];
  const bans: readonly [what: string, pattern: RegExp, instead: string, allowed: RegExp][] = [
    ['Date.now', /\bDate\.now\b/, 'runtime.clock.now()', /^lab\/parts\//],
    ['new Date()', /\bnew Date\(\)/, 'runtime.clock.now()', /^lab\/parts\//],
    // A network deadline cuts a real socket; the benchmark measures real time.
    [
      'setTimeout',
      /\bset(Timeout|Interval)\(/,
      'a Wait state',
      /^(lab\/parts\/|aws\/network\.ts|cli\/bench\.ts)/,
    ],
    ['Math.random', /\bMath\.random\b/, 'createRandom of lab/random.ts', /^lab\/parts\//],
    [
      'console',
      /\bconsole\.(log|info|warn|error|debug|trace|table)\b/,
      'runtime.log, or the io of a command',
      /^$/,
    ],
    ['TODO', /\bTODO\b/, 'doing it, or an issue', /^$/],
  ];
  it.each(bans)('%s is nowhere in the code', (_, pattern, instead, allowed) => {
    const found = code()
      .filter(({ file }) => !clocks.includes(file) && !allowed.test(file))
      .flatMap(({ file, lines }) =>
        lines.flatMap((line, index) =>
          pattern.test(line) ? [`${file}:${index + 1}: use ${instead} instead`] : [],
        ),
      );
    expect(found).toStrictEqual([]);
  });
});

describe('a merge', () => {
  // A formatter escapes or quotes the marks in Markdown, so that git does not know them any more.
  const mark = /^[\s>\\|]*(<<<<<<<|=======|>>>>>>>|> > > > > > >)/m;
  it('leaves none of its marks behind', async () => {
    const documents = (await readdir(root, { recursive: true })).filter(
      (name) => /\.(md|ya?ml|json|mjs)$/.test(name) && !/(^|\/)(node_modules|dist)\//.test(name),
    );
    const texts = await Promise.all(
      documents.map(async (file) => ({ file, text: await readFile(join(root, file), 'utf8') })),
    );
    const left = [...sources, ...texts].flatMap(({ file, text }) => (mark.test(text) ? file : []));
    expect([texts.length > 10, left]).toStrictEqual([true, []]);
  });
});

describe('a state and its function', () => {
  const called = () => [
    ...new Set([...machine.matchAll(/\$\{(\w+)\}/g)].map(([, name = '']) => name)),
  ];

  it('have one name: each ${Resource} is a file with a step of that name', () => {
    const wrong = called().filter((name) => {
      const source = sources.find(({ file }) => file === `functions/${kebab(name)}.ts`);
      return source?.text.includes(`name: '${name}',`) !== true;
    });
    expect(called().length).toBeGreaterThan(10);
    expect(wrong).toStrictEqual([]);
  });

  it('are known everywhere: to serverless.yml and to the lab', () => {
    const lab = sources.find(({ file }) => file === 'lab/steps.ts')?.text ?? '';
    const files = code().filter(({ file }) => file.startsWith('functions/'));
    const lost = files.flatMap(({ file }) => {
      const name = file.slice('functions/'.length, -'.ts'.length);
      const isDeployed = stack.includes(`handler: dist/functions/${name}.handler`);
      return isDeployed && lab.includes(`'../functions/${name}.ts'`) ? [] : [file];
    });
    expect(lost).toStrictEqual([]);
  });

  it('name only errors that the code throws, or AWS', () => {
    const own = Object.entries(errors)
      .filter(
        ([, value]) => typeof value === 'function' && value.prototype instanceof FailoverError,
      )
      .map(([name]) => name);
    const named = [...machine.matchAll(/ErrorEquals:\s*\[([^\]]*)\]/g)].flatMap(([, list = '']) =>
      list.split(',').flatMap((name) => name.trim() || []),
    );
    expect(named.length).toBeGreaterThan(20);
    const unknown = named.filter(
      (name) => !/^(States|Lambda|Sandbox|Runtime)\./.test(name) && !own.includes(name),
    );
    expect(unknown).toStrictEqual([]);
  });
});
