import * as z from 'zod';

/** A column of a unique index, in the order of the index. */
export const UniqueColumn = z.object({
  table: z.string(),
  index: z.string(),
  /** Null where the index is on an expression. */
  name: z.string().nullable(),
  nullable: z.enum(['yes', 'no']),
  /** Whether only the beginning of the column is in the index. */
  part: z.enum(['yes', 'no']),
});
type UniqueColumn = z.infer<typeof UniqueColumn>;

/**
 * The columns that tell the rows of a table apart: those of its primary key, or of its first unique
 * index that holds whole columns without NULL. None if there is no such index.
 */
export function keyOf(columns: readonly UniqueColumn[]): readonly string[] {
  const usable = [...Map.groupBy(columns, ({ index }) => index)].filter(([, own]) =>
    own.every(({ name, nullable, part }) => name !== null && nullable === 'no' && part === 'no'),
  );
  const [, chosen = []] = usable.find(([index]) => index === 'PRIMARY') ?? usable[0] ?? [];
  return chosen.flatMap(({ name }) => name ?? []);
}
