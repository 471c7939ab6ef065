/** The protocols, and the codec of each: with the libraries that it needs and no others. */

import type { Codec } from './codec.ts';

/** The protocols that there is a codec for. */
export type Protocol = 'json-1.1' | 'json-1.0' | 'rest-xml';

export async function loadCodec(protocol: Protocol): Promise<Codec> {
  switch (protocol) {
    case 'json-1.1':
      return (await import('./json.ts')).json11;
    case 'json-1.0':
      return (await import('./json.ts')).json10;
    case 'rest-xml':
      return (await import('./rest-xml.ts')).restXml;
  }
}
