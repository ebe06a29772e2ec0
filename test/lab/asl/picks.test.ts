import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Json } from '../../../core/json.ts';
import { compile } from '../../../lab/asl/expressions.ts';
import { keep } from '../../../lab/asl/json.ts';
import { pickTemplate } from '../../../lab/asl/picks.ts';

const sources = [
  ...['$x', '$x.a', '$x.a.b', '$x.b.a.b', '$x.length', '$x.constructor', '$y.a', 'null', '"a"'],
  ...['$x = null', '$x.a = "a"', '$x.a != "a"', '$x.a = 1', '$x.b = true', '$x.a = $x.b'],
  ...['$x.a.b != null', '$y = 1', '$x = "a"', '$x.a = $x.a.b', '$sum', '$x.a = $sum', '$'],
] as const;
const names = fc.constantFrom('a', 'b', 'length');
const leaf: fc.Arbitrary<Json> = fc.constantFrom<Json>(null, true, false, 0, 1, 'a', 'b', '');
const { tree } = fc.letrec<{ tree: Json }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(names, tie('tree')),
  ),
}));

describe('what is picked without JSONata', () => {
  it('is what JSONata gives, or is left to it', async () => {
    let picks = 0;
    const property = fc.asyncProperty(fc.constantFrom(...sources), tree, async (source, x) => {
      const value = keep(x);
      const picked = pickTemplate(`{% ${source} %}`, (name) => (name === 'x' ? value : undefined));
      if (picked === undefined) return;
      picks += 1;
      expect(await compile(source).evaluate(undefined, { x: value })).toStrictEqual(picked);
    });
    await fc.assert(property, { numRuns: 4000, seed: 1 });
    expect(picks).toBeGreaterThan(1000);
  });

  it('keeps the form of a template', () => {
    const template = { a: ['{% $x.b %}', 'text', 1, null], c: { d: '{% $x = null %}' }, e: {} };
    const picked = pickTemplate(template, () => keep({ b: [2] }));
    expect(picked).toStrictEqual({ a: [[2], 'text', 1, null], c: { d: false }, e: {} });
  });

  it.each(['{% $x.a[0] %}', '{% $count($x) %}', '{% $x.a & "b" %}', '{% $nobody %}', '{% = %}'])(
    'leaves %s to JSONata',
    (template) => {
      const picked = pickTemplate({ template }, (name) =>
        name === 'x' ? keep({ a: 1 }) : undefined,
      );
      expect(picked).toBeUndefined();
    },
  );
});
