/** A small shop with most kinds of columns, and some orders. */
export const SHOP = [
  'CREATE TABLE customers (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, mail text UNIQUE)',
  `CREATE TABLE orders (
    id bigserial PRIMARY KEY, customer int NOT NULL REFERENCES customers ON DELETE CASCADE,
    total numeric(12, 3) NOT NULL, note text, at timestamptz, tags text[], data jsonb, blob bytea,
    doubled numeric GENERATED ALWAYS AS (total * 2) STORED)`,
  `INSERT INTO customers (mail) SELECT 'c' || n || '@example.com' FROM generate_series(1, 5) n`,
  `INSERT INTO orders (customer, total) SELECT 1 + n % 5, n FROM generate_series(1, 20) n`,
];
