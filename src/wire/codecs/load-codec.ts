/** The protocols, and the codec of each: with the libraries that it needs and no others. */

import type { WireProtocol } from '../routing/route.ts';
import type { Codec } from './codec.ts';

export async function loadCodec(protocol: WireProtocol): Promise<Codec> {
  switch (protocol) {
    case 'json':
      return (await import('./json.ts')).json11;
    case 'json-1.0':
      return (await import('./json.ts')).json10;
    case 'query':
      return (await import('./query.ts')).query;
    case 'cbor':
      return (await import('./cbor.ts')).cbor;
    case 'rest-xml':
      return (await import('./rest-xml.ts')).restXml;
  }
}
