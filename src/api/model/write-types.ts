/** The script behind `npm run generate`: writes each service's types next to its model. */

import { readFileSync, writeFileSync } from 'node:fs';
import { generatedTypes } from './generate.ts';

const folder = 'src/api/model';
for (const [file, text] of generatedTypes((name) => readFileSync(`${folder}/${name}`, 'utf8'))) {
  writeFileSync(`${folder}/${file}`, text);
}
