import { NotReadyError } from '../../core/errors.ts';
import { strangerIn } from '../../core/reconcile/mask.ts';
import type { Engine } from '../reconcile/engine.ts';
import { applyUnits } from './apply.ts';
import { compareDatabases } from './compare.ts';
import { readRulebook } from './references.ts';
import { reportSql } from './report-sql.ts';
import { tablesOf } from './tables.ts';

/** PostgreSQL: with a slot of the old primary, or by the times of commits. */
export const postgresEngine: Engine = {
  async compare(sides, mask) {
    const stranger = strangerIn(mask, await tablesOf(sides.old));
    if (stranger !== undefined)
      throw new NotReadyError(
        `The mask names "${stranger}", which is no column of ${sides.old.name}; expected ` +
          'TABLE.COLUMN or *.COLUMN. Nothing is written that should be hidden.',
      );
    const comparison = await compareDatabases(sides);
    return { comparison, sql: reportSql(comparison, await readRulebook(sides.writer)) };
  },
  apply: applyUnits,
};
