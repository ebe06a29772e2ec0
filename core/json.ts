/** A JSON value, as it travels between states. */
export type Json =
  string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
