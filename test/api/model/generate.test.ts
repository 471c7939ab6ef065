import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { generatedTypes } from '../../../src/api/model/generate.ts';

const folder = new URL('../../../src/api/model/', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, folder), 'utf8');

test.for([...generatedTypes(read)])('%s is what the model generates (npm run generate)', ([file, text]) => {
  expect(read(file)).toBe(text);
});
