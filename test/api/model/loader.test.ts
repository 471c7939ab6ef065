import { expect, test } from 'vitest';
import { operationModel, operationNames } from '../../../src/api/model/loader.ts';
import { serviceNames } from '../../../src/api/model/service-names.ts';
import { references } from '../../../src/api/model/shapes.ts';

test.for([...serviceNames])('an operation of %s has every shape that it reaches, and no other', (service) => {
  for (const name of operationNames(service)) {
    const model = operationModel(service, name);
    expect(model, name).toBeDefined();
    if (!model) continue;
    const roots = [model.input?.shape, model.output?.shape, ...(model.errors ?? [])].filter(
      (root) => root !== undefined,
    );
    const mentioned = Object.values(model.shapes).flatMap((shape) => references(shape).map((ref) => ref.shape));
    expect(new Set(Object.keys(model.shapes))).toEqual(new Set([...roots, ...mentioned]));
  }
});

test.for([...serviceNames])('the operations of %s are in alphabetical order', (service) => {
  expect(operationNames(service)).toEqual([...operationNames(service)].sort());
});

test('a name that a service does not have has no model, even if every object inherits it', () => {
  expect(operationModel('kms', 'PutObject')).toBeUndefined();
  expect(operationModel('kms', 'constructor')).toBeUndefined();
});

test('the same operation is the same object, so that derived data can be cached by it', () => {
  expect(operationModel('kms', 'Encrypt')).toBe(operationModel('kms', 'Encrypt'));
});
