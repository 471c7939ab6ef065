/** Options of 1:1 commands with what help, manual and prompts say of them: our meaning, and the model's values. */

import { operationModel } from '../../api/model/loader.ts';
import type { ServiceName } from '../../api/model/operations.ts';
import { type Meanings, meaningIn } from '../prose/options/meaning.ts';
import { allowedValues } from './allowed-values.ts';
import type { DescribeOption } from './service-commands.ts';

/** Describes the options of a service's operations. One without a meaning is named by its member and type. */
export function describing(service: ServiceName, meanings: Meanings): DescribeOption {
  return (operation, member, plain) => {
    const model = operationModel(service, operation);
    const input = model?.input && model.shapes[model.input.shape];
    const ref = input?.type === 'structure' ? input.members[member] : undefined;
    const shape = ref && model?.shapes[ref.shape];
    if (!shape) return plain;
    const meaning = meaningIn(meanings, operation, member);
    const narrow = typeof meaning === 'object' ? meaning : undefined;
    const about = (typeof meaning === 'object' ? meaning.about : meaning) ?? plain.about;
    return {
      ...plain,
      about: ref.deprecated ? `${about} (deprecated)` : about,
      values: allowedValues(model, shape, plain.choices !== undefined, narrow),
    };
  };
}
