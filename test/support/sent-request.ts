/** Requests to the operations of REST services, made from their models' HTTP bindings and from nothing else. */

import fc from 'fast-check';
import { operationModel } from '../../src/api/model/loader.ts';
import type { ServiceName } from '../../src/api/model/operations.ts';
import type { ShapeRef } from '../../src/api/model/shapes.ts';
import type { HttpRequest } from '../../src/wire/http/message.ts';
import { anyCharacter } from './any-character.ts';
import { httpRequest } from './http-request.ts';

export interface SentRequest {
  readonly request: HttpRequest;
  readonly labels: Readonly<Record<string, string>>;
}

/** Names that a bucket may have. */
export const bucketName = fc
  .stringMatching(/^[a-z0-9][a-z0-9-]{1,40}[a-z0-9]$/)
  .filter((name) => !/^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|--x-s3|--table-s3)$/.test(name));

/** Keys of objects, with what looks like parts of a path or of a query. */
export const objectKey = fc
  .array(
    fc.oneof(
      fc.constantFrom('/', '//', '..', '.', '+', ' ', '%', '%2F', '?', '#', '&', 'é', '🔑'),
      fc.string({ unit: anyCharacter, minLength: 1 }),
    ),
    {
      minLength: 1,
      maxLength: 8,
    },
  )
  .map((parts) => parts.join(''));

/** A path with every byte escaped or not, where it may be as it is. */
export const sentText = (text: string): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom('plain', 'escaped', 'lower'), { minLength: 1, maxLength: 32 }).map((ways) =>
    [...Buffer.from(text)]
      .map((byte, i) => {
        const way = ways[i % ways.length];
        const char = String.fromCharCode(byte);
        if (way === 'plain' && /[A-Za-z0-9._~!$'()*,;:@/+=-]/.test(char)) return char;
        const hex = byte.toString(16).padStart(2, '0');
        return `%${way === 'lower' ? hex : hex.toUpperCase()}`;
      })
      .join(''),
  );

/**
 * A request with everything that the operation requires, and any of the rest that is sent beside the body.
 * @param base a name of the server before which the bucket stands; absent: it stands in the path
 */
export function sentRequest(service: ServiceName, name: string, base?: string): fc.Arbitrary<SentRequest> {
  const model = operationModel(service, name);
  const input = model?.input && model.shapes[model.input.shape];
  if (!model || (input && input.type !== 'structure')) throw new Error(`no operation ${name}`);
  const [path = '', fixed = ''] = model.http.requestUri.split('?');
  const members = Object.entries(input?.members ?? {});
  const isRequired = (member: string) => input?.required?.includes(member) === true;
  const fields = (location: ShapeRef['location']) =>
    fc
      .tuple(
        ...members
          .filter(([, ref]) => ref.location === location)
          .map(([member, ref]) => {
            const field = fc.tuple(fc.constant(ref.locationName ?? member), fc.constantFrom('1', 'a b', 'x'));
            return isRequired(member) ? field : fc.option(field, { nil: undefined });
          }),
      )
      .map((pairs) => pairs.filter((pair) => pair !== undefined));
  const labelled = members
    .filter(([, ref]) => ref.location === 'uri')
    .map(([member, ref]) => ref.locationName ?? member);
  return fc
    .record({
      labels: fc.record(Object.fromEntries(labelled.map((label) => [label, textFor(label)]))),
      query: fields('querystring'),
      headers: fields('header'),
      named: fc.boolean(),
    })
    .chain(({ labels, query, headers, named }) => {
      const inHost = base !== undefined && labels.Bucket !== undefined ? labels.Bucket : undefined;
      const cut = inHost === undefined ? path : path.replace('/{Bucket}', '') || '/';
      const account = headers.find(([header]) => header.toLowerCase() === 'x-amz-account-id');
      return fc
        .tuple(
          ...cut.split('/').map((part) => {
            const label = /^\{(\w+)\+?\}$/.exec(part)?.[1];
            const text = label === undefined ? undefined : labels[label];
            return text === undefined
              ? fc.constant(part)
              : sentText(text).map((sent) => (part.includes('+') ? sent : sent.replaceAll('/', '%2F')));
          }),
        )
        .map((parts) => {
          const parameters = [
            ...(fixed === '' ? [] : fixed.split('&')),
            ...query.map(([key, value]) => `${key}=${encodeURIComponent(value)}`),
            ...(named ? [`x-id=${name}`] : []),
          ];
          const host =
            base === undefined
              ? '127.0.0.1:4566'
              : `${inHost === undefined ? '' : `${inHost}.`}${account && service === 's3control' ? '111122223333.' : ''}${base}:4566`;
          const target = parts.join('/') + (parameters.length > 0 ? `?${parameters.join('&')}` : '');
          return {
            request: httpRequest(model.http.method, target, { host, headers: Object.fromEntries(headers) }),
            labels,
          };
        });
    });
}

const textFor = (label: string): fc.Arbitrary<string> =>
  label === 'Bucket'
    ? bucketName
    : label === 'Key'
      ? objectKey
      : fc.string({ unit: anyCharacter, minLength: 1, maxLength: 12 });
