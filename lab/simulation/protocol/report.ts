import type { ProtocolReport, VariantReport } from './search.ts';

const header = [
  'variant',
  'states',
  'safe',
  'dead',
  'Region gone',
  'partitioned',
  'in the product',
];

/** The report as lines: a table, what each variant is, and the shortest counterexamples. */
export function protocolLines({ variants, broken }: ProtocolReport): string[] {
  const rows = variants.map(({ variant, states, isSafe, promotion, verdicts }) => [
    variant.id,
    states.toLocaleString('en-US'),
    isSafe ? 'yes' : `no: ${verdicts.flatMap(({ id, holds }) => (holds ? [] : [id])).join(' ')}`,
    ...[promotion.dead, promotion.gone, promotion.partitioned],
    variant.inProduct ? 'yes' : 'NO',
  ]);
  return [
    'Whether a promotion is reached: primary dead, its Region gone with it, alive and partitioned.',
    '',
    ...tableOf([header, ...rows]),
    ...variants.flatMap(variantLines),
    '',
    'Deliberate bugs, and the shortest way to what each leads to:',
    ...broken.flatMap(({ variant: { id, about, caughtBy }, counterexample }) => [
      '',
      `${id}: ${about}.`,
      ...(counterexample === undefined
        ? [`  NOT FOUND by ${caughtBy}.`]
        : [
            `  ${caughtBy} finds it in ${counterexample.length} steps:`,
            ...numbered(counterexample),
          ]),
    ]),
  ];
}

function variantLines({ variant, verdicts, acceptedDivergence }: VariantReport): string[] {
  const vacuous = verdicts.filter(({ isVacuous }) => isVacuous).map(({ id }) => id);
  const label = variant.inProduct ? '' : ' Not in the product.';
  return [
    '',
    `${variant.id}: ${variant.about}.${label}`,
    ...(vacuous.length > 0 ? [`  Never came up: ${vacuous.join(', ')}.`] : []),
    ...verdicts.flatMap(({ id, title, counterexample }) =>
      counterexample === undefined
        ? []
        : [`  ${id} does not hold (${title}):`, ...numbered(counterexample)],
    ),
    ...(acceptedDivergence === undefined
      ? []
      : ['  Two writers that a human accepted:', ...numbered(acceptedDivergence)]),
  ];
}

function numbered(steps: readonly string[]): string[] {
  return steps.map((step, index) => `  ${String(index + 1).padStart(4)}. ${step}`);
}

function tableOf(rows: readonly (readonly string[])[]): string[] {
  const widths = header.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
