import * as z from 'zod';
import type { Side } from './side.ts';

const Reference = z.object({
  child: z.string(),
  parent: z.string(),
  isHere: z.enum(['yes', 'no']),
});
type Reference = z.infer<typeof Reference>;

/** Foreign keys through which a change of the parent changes the child. */
const REFERENCES = `
  SELECT TABLE_NAME AS child, REFERENCED_TABLE_NAME AS parent,
    IF(UNIQUE_CONSTRAINT_SCHEMA = DATABASE(), 'yes', 'no') AS isHere
  FROM information_schema.REFERENTIAL_CONSTRAINTS
  WHERE CONSTRAINT_SCHEMA = DATABASE() AND (
    UPDATE_RULE IN ('CASCADE', 'SET NULL', 'SET DEFAULT')
    OR DELETE_RULE IN ('CASCADE', 'SET NULL', 'SET DEFAULT'))`;

/**
 * Tables whose rows may have been changed by way of a parent that was. InnoDB does that by itself,
 * and the log says nothing of it (MySQL Reference Manual, FOREIGN KEY Constraints; since 9.6 it does).
 */
export async function cascadedTables(
  side: Side,
  changed: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  return cascadedBy(await side.query(Reference, REFERENCES), changed);
}

/** The same, once the foreign keys are known: children of children, too. */
export function cascadedBy(
  references: readonly Reference[],
  changed: ReadonlySet<string>,
): ReadonlySet<string> {
  const found = new Set<string>();
  for (let before = -1; before < found.size;) {
    before = found.size;
    for (const { child, parent, isHere } of references)
      if (isHere === 'no' || changed.has(parent) || found.has(parent)) found.add(child);
  }
  return found;
}
