import pg from 'pg';

/** SQLSTATE insufficient_privilege. */
export const NO_PERMISSION = '42501';

/**
 * Classes of SQLSTATE whose messages name things and quote no values: PostgreSQL documentation,
 * Appendix A. Those of data (22) and of what functions raise (P0, 38, 39) do.
 */
const QUOTES_NO_VALUES = /^(08|0A|23|25|26|28|3D|3F|40|42|53|54|55|57|58|XX)/;
/** A function may raise any SQLSTATE with words of its own; the context says in which it happened. */
const IN_A_FUNCTION = /PL\/|function/i;

/**
 * The same error with a message that may be told and kept: of the rows of a database it quotes
 * nothing. What the server said goes to `detail`, which is for an operator's own terminal.
 */
export function withoutValues(error: unknown): unknown {
  if (!(error instanceof pg.DatabaseError)) return error;
  const { code = '', message, where = '', table, column, constraint } = error;
  const isOpen = QUOTES_NO_VALUES.test(code) && !IN_A_FUNCTION.test(where);
  const names = Object.entries({ table, column, constraint }).flatMap(([what, name]) =>
    name === undefined || isOpen ? [] : `${what} ${name}`,
  );
  const words = isOpen
    ? message
    : 'The database refused a value, or a function of its own raised it';
  const told = `${words} (${[code, ...names].join(', ')})`;
  const detail = [isOpen ? '' : message, error.detail ?? ''].filter(Boolean).join('. ');
  return Object.assign(new pg.DatabaseError(told, error.length, error.name), {
    ...{ code, where, table, column, constraint },
    detail: detail === '' ? undefined : detail,
  });
}
