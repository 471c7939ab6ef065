import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type OperationModel, operationModel, operationNames } from '../../../src/api/model/loader.ts';
import type { ServiceName } from '../../../src/api/model/operations.ts';
import type { Shape, ShapeRef } from '../../../src/api/model/shapes.ts';
import { loadCodec } from '../../../src/wire/codecs/load-codec.ts';
import { type Carrier, valuesOf } from '../../support/shaped-values.ts';

const restXml = await loadCodec('rest-xml');
const ids = { requestId: '79A6C3B2E5F80D14', hostId: 'aG9zdA==' };

function modelOf(service: ServiceName, name: string): OperationModel {
  const model = operationModel(service, name);
  if (!model) throw new Error(`${service} has no ${name}`);
  return model;
}

const printable = fc
  .string({ unit: fc.constantFrom(...'abcXYZ0189 "\'()*+-./:;<=>?@[]^_{|}~#$%&!') })
  .map((text) => text.trim());
const xmlText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({ unit: fc.constantFrom(...'<>&"\'\r\n\t ]a\u0085\u2028'), maxLength: 8 }),
);
const token = fc.string({ unit: fc.constantFrom(...'abcxyz019-_.~!'), minLength: 1, maxLength: 6 });

const inXml: Carrier = { string: xmlText, key: xmlText, keepsEmpty: false };

/** What can be in the place of a member. */
function placeOf({ location, shape }: ShapeRef): Carrier | undefined {
  switch (location) {
    case 'header':
      return { string: shape.endsWith('List') ? token : printable, precision: 1000, keepsEmpty: false };
    case 'headers':
      return { string: fc.string({ unit: 'grapheme' }).map((text) => text.trim()), key: token, keepsEmpty: false };
    case 'querystring':
    case 'uri':
      return { precision: 1000, keepsEmpty: false };
    default:
      return undefined;
  }
}

const labelsOf = (model: OperationModel, input: unknown): Readonly<Record<string, string>> => {
  const shape = model.input && model.shapes[model.input.shape];
  if (shape?.type !== 'structure') return {};
  const labels = Object.entries(shape.members).filter(([, { location }]) => location === 'uri');
  return Object.fromEntries(
    labels.map(([name, { locationName = name }]) => [locationName, `${Object(input)[name]}`] as const),
  );
};

/** `Event` has the element of `Events`, which has taken its place: both come back as the latter. */
const withoutTwins = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (key, each) => (key === 'Event' ? undefined : each));
const isTwin = (name: string): boolean => name === 'PutBucketNotification' || name === 'GetBucketNotification';

/** Maps in header fields, which are empty where there are no fields. */
const emptyMaps = (shape: Shape | undefined): object =>
  Object.fromEntries(
    Object.entries(shape?.type === 'structure' ? shape.members : {})
      .filter(([, { location }]) => location === 'headers')
      .map(([name]) => [name, {}]),
  );

/** The answer of SelectObjectContent is a stream of events, which nothing here makes or reads. */
const isCarried = (name: string): boolean => name !== 'SelectObjectContent';

describe.each(['s3', 's3control'] as const)('%s', (service) => {
  test.each(operationNames(service))('carries what %s says', (name) => {
    const model = modelOf(service, name);
    if (model.input) {
      fc.assert(
        fc.property(valuesOf(model.shapes, model.input, { ...inXml, member: placeOf }), (drawn) => {
          const input = isTwin(name) ? withoutTwins(drawn) : drawn;
          const sent = restXml.writeInput(model, input);
          expect(restXml.readInput(model, { ...sent, labels: labelsOf(model, input) })).toEqual(input);
        }),
        { numRuns: 10 },
      );
    }
    const { output } = model;
    if (output && isCarried(name)) {
      const shape = model.shapes[output.shape];
      const payload = shape?.type === 'structure' ? shape.payload : undefined;
      const carrier = { ...inXml, member: placeOf, isRequired: (member: string) => member === payload };
      fc.assert(
        fc.property(valuesOf(model.shapes, output, carrier), (drawn) => {
          const value = isTwin(name) ? withoutTwins(drawn) : drawn;
          const read = restXml.readOutput(model, restXml.writeOutput(model, value, ids));
          expect(read).toEqual({ ...emptyMaps(shape), ...Object(value) });
        }),
        { numRuns: 10 },
      );
    }
  });
});
