import { expect, test } from 'vitest';
import { operationModel } from '../../src/api/model/loader.ts';
import type { ServiceName } from '../../src/api/model/operations.ts';
import { serviceNames } from '../../src/api/model/service-names.ts';
import type { AnyOperation } from '../../src/call/operation.ts';
import { loadService, nothingLoaded } from '../../src/services.ts';

async function operationsOf(service: ServiceName): Promise<readonly AnyOperation[]> {
  const loaded = nothingLoaded();
  await loadService(service, loaded);
  return Object.values(loaded.operations[service] ?? {});
}

function membersOf({ service, name }: AnyOperation): readonly string[] {
  const model = operationModel(service, name);
  const shape = model?.input && model.shapes[model.input.shape];
  return shape?.type === 'structure' ? Object.keys(shape.members) : [];
}

/** None of them is what a member of any input may be, or each is for some of them. */
const strange: readonly unknown[] = [null, 7, 'text', [], [null], [[]], {}, new Uint8Array(1), true];

// The input of a refused call may be anything.
test.for(serviceNames)('the log shows any input of %s', async (service) => {
  for (const each of await operationsOf(service)) {
    expect(() => each.parameters?.({}, undefined), each.name).not.toThrow();
    for (const member of membersOf(each)) {
      for (const value of strange) {
        const input = { [member]: value };
        expect(() => each.parameters?.(input, undefined), `${each.name} ${JSON.stringify(input)}`).not.toThrow();
      }
    }
  }
});
