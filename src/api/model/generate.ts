/**
 * TypeScript types from the service models: an interface per structure, a union per enum, a map of operations per
 * service. `npm run generate` writes them; a test fails if the committed files differ from its output.
 */

import { serviceNames } from './service-names.ts';
import {
  type MessageRef,
  references,
  type ServiceModel,
  type Shape,
  type ShapeRef,
  type StructureShape,
} from './shapes.ts';

const header = (source: string) => `// Written by \`npm run generate\` from ${source}; not to be edited.\n`;

/** Every generated file with its text; `read` returns the text of a model's file. */
export function generatedTypes(read: (file: string) => string): ReadonlyMap<string, string> {
  const files = new Map([['services.ts', servicesOf(serviceNames)]]);
  for (const service of serviceNames) {
    const model: ServiceModel = JSON.parse(read(`${service}.json`));
    files.set(`${service}.types.ts`, typesOf(service, model));
  }
  return files;
}

/** The types of one service: the text of `<service>.types.ts`. */
function typesOf(service: string, model: ServiceModel): string {
  const reached = reachableShapes(model);
  const parts = [header(`${service}.json`)];
  for (const [name, shape] of Object.entries(model.shapes)) {
    const directions = reached.get(name);
    if (!directions) continue;
    if (shape.type === 'structure') parts.push(interfaceOf(name, shape, model, directions));
    if (shape.type === 'string' && shape.enum) parts.push(`export type ${name} =\n${union(shape.enum)};\n`);
  }
  parts.push(operationsOf(service, model));
  return parts.join('\n');
}

/** The map of all services: the text of `services.ts`. */
function servicesOf(services: readonly string[]): string {
  const imports = services.map((name) => `import type { ${operationsName(name)} } from './${name}.types.ts';`);
  const members = services.map((name) => `  readonly ${propertyName(name)}: ${operationsName(name)};`);
  return [
    header('the service models'),
    ...imports,
    '',
    '/** Every service by the name of its model, with the operations that its model declares. */',
    'export interface Services {',
    ...members,
    '}',
    '',
  ].join('\n');
}

type Direction = 'input' | 'output';

/** The shapes that the operations use, and whether in inputs or in outputs. Declared errors are not included. */
function reachableShapes(model: ServiceModel): ReadonlyMap<string, ReadonlySet<Direction>> {
  const reached = new Map<string, Set<Direction>>();
  const visit = (name: string, direction: Direction): void => {
    const directions = reached.get(name) ?? new Set();
    if (directions.has(direction)) return;
    reached.set(name, directions.add(direction));
    for (const ref of references(shapeNamed(name, model))) visit(ref.shape, direction);
  };
  for (const { input, output } of Object.values(model.operations)) {
    if (input) visit(input.shape, 'input');
    if (output) visit(output.shape, 'output');
  }
  return reached;
}

function shapeNamed(name: string, model: ServiceModel): Shape {
  const shape = model.shapes[name];
  if (!shape) throw new Error(`the model has no shape ${name}`);
  return shape;
}

function interfaceOf(
  name: string,
  shape: StructureShape,
  model: ServiceModel,
  directions: ReadonlySet<Direction>,
): string {
  const required = new Set(shape.required);
  const members = Object.entries(shape.members).map(([member, ref]) => {
    const type = typeOf(ref, model, directions);
    return required.has(member) ? `  readonly ${member}: ${type};` : `  readonly ${member}?: ${type} | undefined;`;
  });
  if (members.length === 0) return `export type ${name} = Readonly<Record<string, never>>;\n`;
  return `export interface ${name} {\n${members.join('\n')}\n}\n`;
}

/** The type of a reference. Streamed bytes are accepted whole or in pieces, and returned in pieces. */
function typeOf(ref: ShapeRef, model: ServiceModel, directions: ReadonlySet<Direction>): string {
  const shape = shapeNamed(ref.shape, model);
  switch (shape.type) {
    case 'structure':
      return shape.eventstream ? `AsyncIterable<${ref.shape}>` : ref.shape;
    case 'string':
      return shape.enum ? ref.shape : 'string';
    case 'list':
      return `readonly ${element(typeOf(shape.member, model, directions))}[]`;
    case 'map':
      return `Readonly<Record<string, ${typeOf(shape.value, model, directions)}>>`;
    case 'blob':
      if (!ref.streaming) return 'Uint8Array';
      return directions.has('input') ? 'Uint8Array | AsyncIterable<Uint8Array>' : 'AsyncIterable<Uint8Array>';
    case 'timestamp':
      return 'Date';
    case 'boolean':
      return 'boolean';
    default:
      return 'number';
  }
}

function operationsOf(service: string, model: ServiceModel): string {
  const entries = Object.entries(model.operations).map(([name, { input, output }]) => {
    const answer = output ? output.shape : 'void';
    return `  readonly ${name}: { readonly input: ${inputType(input)}; readonly output: ${answer} };`;
  });
  return `export interface ${operationsName(service)} {\n${entries.join('\n')}\n}\n`;
}

const inputType = (input: MessageRef | undefined) => (input ? input.shape : 'Readonly<Record<string, never>>');

const element = (type: string) => (type.startsWith('readonly ') ? `(${type})` : type);

const union = (values: readonly string[]) => values.map((value) => `  | ${quoted(value)}`).join('\n');

const quoted = (value: string) => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

const propertyName = (name: string) => (/^[A-Za-z_]\w*$/.test(name) ? name : quoted(name));

/** `service-quotas` → `ServiceQuotasOperations`. */
const operationsName = (service: string) =>
  `${service.replace(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase())}Operations`;
