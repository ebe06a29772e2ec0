import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { planSchemaText } from '../aws/plan-schema.ts';

// `npm run schema`: writes what editors complete and check plans with. A test compares it.
const file = join(import.meta.dirname, '..', 'plans', 'plan.schema.json');
await writeFile(file, planSchemaText());
