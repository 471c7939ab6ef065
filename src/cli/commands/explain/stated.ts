/** `--context KEY=VALUE`: condition keys of the request, set for an explanation. */

import type { ServiceName } from '../../../api/model/operations.ts';
import type { StatedContext } from '../../../policy/stated-context.ts';
import type { OptionSpec, WithOptions } from '../../command.ts';

export const statedOptions = (service: ServiceName) =>
  ({
    context: {
      about: 'explain as if the request had this condition key, such as aws:SourceIp; repeatable',
      type: 'repeat',
      value: 'KEY=VALUE',
      choices: async () => {
        const { requestKeys } = await import('../../../policy/request-keys.ts');
        return requestKeys(service).map((name) => ({ value: `${name}=` }));
      },
    },
  }) as const satisfies Record<string, OptionSpec>;

/** @throws UsageError for a key that cannot be set, or a value that is not of the key's type. */
export async function statedIn(
  values: WithOptions<ReturnType<typeof statedOptions>>,
  service: ServiceName,
): Promise<StatedContext | undefined> {
  const stated = values.options.context ?? [];
  if (stated.length === 0) return undefined;
  const { statedContext } = await import('../../../policy/request-keys.ts');
  return statedContext(stated, service);
}
