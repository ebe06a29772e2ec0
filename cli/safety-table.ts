import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withInvariants } from '../lab/simulation/safety-table.ts';

// `npm run safety`: writes the table of invariants into the document. A test compares it.
const file = join(import.meta.dirname, '..', 'docs', 'safety.md');
await writeFile(file, withInvariants(await readFile(file, 'utf8')));
