import { spawn } from 'node:child_process';
import { join } from 'node:path';
import * as z from 'zod';

export const main = join(import.meta.dirname, '..', '..', '..', 'cli', 'main.ts');
const seconds = z.number().nonnegative();

/** What a drill prints with `--json`. */
export const Drill = z.strictObject({
  scenario: z.string(),
  seed: z.literal(1),
  outcome: z.string(),
  asExpected: z.boolean(),
  path: z.array(z.string()).min(3),
  transitions: z.int().positive(),
  rto: z.strictObject({
    targetSeconds: seconds,
    measuredSeconds: seconds.nullable(),
    overheadSeconds: seconds.nullable(),
    phases: z.record(z.string(), z.number()),
  }),
  rpo: z.strictObject({
    targetSeconds: seconds,
    predictedBoundSeconds: seconds.nullable(),
    measuredSeconds: seconds.nullable(),
  }),
  writes: z.strictObject({
    attempted: z.int().positive(),
    acknowledged: z.int().positive(),
    onNewPrimary: z.int(),
    lost: z.int(),
    unexplained: z.literal(0),
  }),
  lostWrites: z.array(
    z.strictObject({
      id: z.string(),
      acknowledgedAt: z.iso.datetime(),
      promotion: z.enum(['before', 'after']),
    }),
  ),
  comparison: z
    .strictObject({
      tables: z.array(z.object({ table: z.string(), counts: z.record(z.string(), z.int()) })),
      leftOut: z.array(z.unknown()).length(0),
      rows: z.array(z.object({ name: z.string(), class: z.string() })),
      origin: z.looseObject({}),
      source: z.strictObject({ kind: z.enum(['slot', 'comparison']), why: z.string() }),
      sequences: z.array(z.unknown()),
      blindSpots: z.array(z.string()).min(1),
    })
    .nullable(),
  reconciliation: z
    .strictObject({
      end: z.string(),
      why: z.string(),
      path: z.array(z.string()).min(3),
      approved: z.array(z.string()),
      rows: z.int(),
      applied: z.int(),
      undecided: z.int(),
      refused: z.int(),
      left: z.array(z.string()),
      missing: z.array(z.string()),
    })
    .nullable(),
  failback: z
    .strictObject({
      end: z.string(),
      why: z.string(),
      path: z.array(z.string()),
      transitions: z.int(),
      heldSeconds: z.number(),
      acknowledged: z.int(),
      missing: z.array(z.string()),
      invented: z.array(z.string()),
      twice: z.int(),
      protection: z.string(),
      faults: z.array(z.string()),
    })
    .nullable(),
  promotions: z.int(),
  notifications: z
    .array(
      z.strictObject({
        at: z.string(),
        channel: z.string(),
        subject: z.string(),
        body: z.string(),
      }),
    )
    .min(1),
  incident: z.looseObject({}).nullable(),
  faults: z.array(z.string()),
});
export type Drill = z.infer<typeof Drill>;

/** A drill that never ends fails its test, and not the whole file. */
export const limits = { timeout: 120_000, killSignal: 'SIGKILL' } as const;

/** How a drill ended; it has no code where a signal ended it. */
export interface Ended {
  readonly code: number | null;
  readonly out: string;
}

/**
 * Runs a drill as a process of its own.
 * @param folder where it makes its temporary files, if not where everybody does
 */
export function startDrill(args: readonly string[], folder?: string) {
  const child = spawn(process.execPath, [main, 'drill', '--json', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...(folder === undefined ? {} : { TMPDIR: folder }) },
    ...limits,
  });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (out += chunk));
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code) => {
      resolve({ code, out });
    });
  });
  return { child, ended };
}
