import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { explainPlan, explanationLines } from '../../aws/plan-explain.ts';
import { checkPlan } from '../../aws/plan-file.ts';
import { planCommand } from '../../cli/plan.ts';

const root = join(import.meta.dirname, '..', '..');
const shop = join(root, 'plans', 'shop.yaml');
const sound = join(root, 'test', 'fixtures', 'plans', 'sound.yaml');
const broken = join(root, 'test', 'fixtures', 'plans', 'broken', 'many-at-once.yaml');

async function run(...args: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await planCommand(args, {
    out: (line) => out.push(line),
    err: (line) => err.push(line),
  });
  return { code, out, err };
}

describe('failover plan', () => {
  it.each([
    [[]],
    [['check']],
    [['explain']],
    [['explain', shop, sound]],
    [['explode', shop]],
    [['check', '--yes', shop]],
  ])('ends with 2 and shows how to use it: %j', async (args) => {
    const { code, out, err } = await run(...args);
    expect(code).toBe(2);
    expect(out).toEqual([]);
    expect(err.at(-1)).toMatch(/^Examples:/);
  });

  it('shows help on demand, beginning with examples', async () => {
    const { code, out } = await run('--help');
    expect(code).toBe(0);
    expect(out[0]).toMatch(/^Examples:\n {2}failover plan check/);
  });
});

describe('failover plan check', () => {
  it('ends with 1 and lists every mistake', async () => {
    const { code, out, err } = await run('check', broken, shop);
    expect(code).toBe(1);
    expect(out).toHaveLength(11);
    expect(out[0]).toContain('many-at-once.yaml:1:7 name: found "Shop"; expected');
    expect(err).toEqual(['10 mistakes.']);
  });

  it('says which file is missing', async () => {
    const { code, out } = await run('check', 'no-such-plan.yaml');
    expect(code).toBe(1);
    expect(out[0]).toContain('no-such-plan.yaml:1:1 plan: found no such file');
  });

  it('checks a folder, and says what to do next', async () => {
    const { code, out, err } = await run('check', join(root, 'plans'));
    expect({ code, out }).toEqual({ code: 0, out: [`${shop}: ok (shop)`] });
    expect(err).toEqual([`Next: failover plan explain ${shop}`]);
  });

  it('tells machines the same', async () => {
    const { code, out } = await run('check', '--json', broken, sound);
    expect(code).toBe(1);
    expect(JSON.parse(out.join('\n'))).toMatchObject([
      { file: broken, ok: false, plan: null, problems: { length: 10 } },
      { file: sound, ok: true, plan: 'shop', problems: [] },
    ]);
  });
});

describe('failover plan explain', () => {
  it('refuses a broken plan, and writes no data', async () => {
    const { code, out, err } = await run('explain', broken);
    expect({ code, out }).toEqual({ code: 1, out: [] });
    expect(err).toHaveLength(10);
  });

  it('explains the example plan', async () => {
    const { code, out } = await run('explain', shop);
    expect(code).toBe(0);
    expect(out.join('\n')).toMatchSnapshot();
  });

  it('tells machines the same', async () => {
    const { out } = await run('explain', '--json', shop);
    expect(JSON.parse(out.join('\n'))).toMatchObject({
      plan: 'shop',
      floor: { seconds: 360, targetSeconds: 900 },
    });
  });
});

describe('what a plan means', () => {
  const explain = async (...changes: [string, string][]) => {
    const text = await readFile(sound, 'utf8');
    const changed = changes.reduce((plan, [from, to]) => plan.replace(from, to), text);
    const checked = checkPlan(changed, 'plan.yaml');
    if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
    return explainPlan(checked.plan);
  };
  const noFence: [string, string] = [
    '  - kind: securityGroup\n    id: database\n    groupId: sg-0123456789abcdef0\n' +
      '    proof:\n      url: https://primary.example.com/write\n',
    '  []\n',
  ];
  const accept: [string, string] = [
    'policy: ask',
    'policy: accept\n    acceptedBy: Ada Lovelace\n    because: orders can be merged by hand',
  ];
  const never = async (...changes: [string, string][]) =>
    (await explain(...changes)).tables.flatMap(({ decision, rows }) =>
      rows.flatMap((row) => (row.never === undefined ? [] : [`${decision}/${row.id}`])),
    );

  it('says loudly that an unfenced primary was accepted, and by whom', async () => {
    const lines = explanationLines(await explain(accept));
    const loud = lines.filter((line) => line.startsWith('!! UNFENCED PRIMARY ACCEPTED'));
    expect(loud).toHaveLength(1);
    expect(loud[0]).toContain('Accepted by Ada Lovelace: orders can be merged by hand');
  });

  it.each<[string, [string, string][], string[]]>([
    [
      'ask with a proof',
      [],
      [
        'authorization/no-fence-in-plan',
        'authorization/plan-wants-approval',
        'fence/unfenced-refused-by-plan',
        'fence/unfenced-accepted-in-plan',
      ],
    ],
    [
      'refuse with a proof',
      [['policy: ask', 'policy: refuse']],
      [
        'authorization/no-fence-in-plan',
        'authorization/plan-wants-approval',
        'fence/unfenced-accepted-in-plan',
        'fence/unfenced-approved',
        'fence/unfenced-ask',
      ],
    ],
    [
      'accept without a fence',
      [noFence, accept],
      [
        'authorization/no-fence-in-plan',
        'authorization/plan-wants-approval',
        'fence/fence-confirmed',
        'fence/unfenced-refused-by-plan',
        'fence/unfenced-approved',
        'fence/unfenced-ask',
      ],
    ],
    [
      'ask without a fence',
      [noFence],
      [
        'authorization/plan-wants-approval',
        'authorization/automatic',
        'fence/fence-confirmed',
        'fence/unfenced-refused-by-plan',
        'fence/unfenced-accepted-in-plan',
        'fence/unfenced-ask',
      ],
    ],
    [
      'approval',
      [['mode: automatic', 'mode: approval']],
      [
        'authorization/no-fence-in-plan',
        'authorization/automatic',
        'fence/unfenced-refused-by-plan',
        'fence/unfenced-accepted-in-plan',
        'fence/unfenced-ask',
      ],
    ],
  ])('marks the rows that can never match: %s', async (_, changes, rows) => {
    expect(await never(...changes)).toEqual(['triage/alarm-without-plan', ...rows]);
  });

  it('adds up the floor, and takes a traffic fence off it', async () => {
    expect((await explain()).floor).toMatchObject({ seconds: 450 });
    const edge: [string, string] = [
      'fencing:\n',
      'fencing:\n  - { kind: edge, id: edge, traffic: shop-name }\n',
    ];
    expect((await explain(edge)).floor).toMatchObject({ seconds: 360 });
  });
});
