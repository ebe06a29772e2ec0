import * as z from 'zod';
import { AnyOrigin, LeftOut, SequenceReport, TableReport } from './comparison.ts';
import type { Comparison } from './comparison.ts';
import { Source } from './source.ts';

const Digest = z.string().regex(/^[0-9a-f]{64}$/);

/** What a report says besides its rows; those are in a file of their own, one a line. */
export const ReportHead = z.strictObject({
  format: z.literal(1),
  comparedAt: z.iso.datetime(),
  origin: AnyOrigin,
  source: Source,
  tables: z.array(TableReport),
  leftOut: z.array(LeftOut),
  sequences: z.array(SequenceReport),
  blindSpots: z.array(z.string()),
  /** How many rows there are, and the SHA-256 of their file. */
  rows: z.int(),
  rowsDigest: Digest,
  /** The SHA-256 of the page that people read before they decide. */
  pageDigest: Digest,
});
export type ReportHead = z.infer<typeof ReportHead>;

/** What the page itself is made of. */
export type PageHead = Omit<ReportHead, 'pageDigest'>;

/** The head for a comparison, as far as it is known before there is a page. */
export function reportHead(
  comparison: Comparison<AnyOrigin>,
  comparedAt: string,
  rowsDigest: string,
): PageHead {
  const { origin, source, tables, leftOut, sequences, blindSpots, rows } = comparison;
  return {
    ...{ format: 1, comparedAt, origin, source, rows: rows.length, rowsDigest },
    tables: [...tables],
    leftOut: [...leftOut],
    sequences: [...sequences],
    blindSpots: [...blindSpots],
  };
}
