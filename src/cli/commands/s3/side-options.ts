/** The options for a source or a target that is not where the calls of the command go. */

import type { CommandValues, OptionSpec, WithOptions } from '../../command.ts';

export const sideOptions = {
  'from-store': { about: 'the source is in the store on this machine, the target at the endpoint', type: 'boolean' },
  'to-store': { about: 'the target is in the store on this machine, the source at the endpoint', type: 'boolean' },
  'from-endpoint-url': { about: 'the source is at this endpoint; aws is AWS itself', type: 'string', value: 'URL' },
  'from-profile': {
    about: 'the profile whose credentials the source takes, and whose endpoint unless --from-endpoint-url names one',
    type: 'string',
    value: 'NAME',
  },
  'from-region': { about: 'the region of the source', type: 'string', value: 'NAME' },
} as const satisfies Record<string, OptionSpec>;

/** For help, of every command that has them. */
export const aboutSides =
  'Objects are copied by their service. With --from-store, --to-store, --from-endpoint-url or --from-profile source and target are two places, and this process reads the one and writes the other: part by part in memory, with the checksums of both compared. --as and --store then belong to the side that is the store on this machine.';

export type SideValues = WithOptions<typeof sideOptions>;

/** Whether one side is the store on this machine, wherever the calls go otherwise. */
export const hasLocalSide = ({ options }: CommandValues): boolean =>
  options['from-store'] === true || options['to-store'] === true;

/** Whether any of them is there. */
export const namesSide = ({ options }: SideValues): boolean =>
  Object.keys(sideOptions).some((name) => ![undefined, false].includes(Reflect.get(options, name)));
