/**
 * Checks a value against its shape. The check is compiled from an operation's model once and kept; all failures are
 * collected as data, in the model's order, and worded at the end (`validation-failure.ts`).
 */

import { AwsError } from './errors.ts';
import { isRecord, isStream, lowerFirst } from './message.ts';
import { type OperationModel, operationModel } from './model/loader.ts';
import type { ServiceName } from './model/operations.ts';
import type { ListShape, MapShape, Shape, StructureShape } from './model/shapes.ts';
import { serviceFacts } from './service-facts.ts';
import { rulesOf, type ShapeRules } from './shape-rules.ts';
import { type Failure, organizationsReason, serializationMessage, validationMessage } from './validation-failure.ts';
import { validationOverrides } from './validation-overrides.ts';
import { namedReason, placeReason, validationReason } from './validation-reason.ts';

/**
 * Throws the service's refusal if an input does not have its operation's shape. The caller reports unknown operations.
 */
export function checkInput(service: ServiceName, operation: string, input: unknown): void {
  const model = operationModel(service, operation);
  if (!model) return;
  const failures = validate(model, input);
  if (failures.length > 0) throw refusalOf(model, failures);
}

/** The same for an input that is not whole yet: that members are missing does not count, what these lack does. */
export function checkGivenInput(model: OperationModel, input: unknown): void {
  const failures = validate(model, input).filter(({ kind, path }) => kind !== 'missing' || path.includes('.'));
  if (failures.length > 0) throw refusalOf(model, failures);
}

const NO_INPUT: StructureShape = { type: 'structure', members: {} };
const checks = new WeakMap<OperationModel, Check>();

/** Everything that is wrong with an operation's input. An undefined member counts as absent. */
export function validate(model: OperationModel, input: unknown): readonly Failure[] {
  let check = checks.get(model);
  if (!check) {
    const compiler = new Compiler(model);
    check = model.input ? compiler.check(model.input.shape) : compiler.structure(NO_INPUT);
    checks.set(model, check);
  }
  const failures: Failure[] = [];
  check(input ?? {}, '', failures);
  return failures;
}

/** Adds the failures of the value at a path; the path is empty for the input itself. */
type Check = (value: unknown, path: string, failures: Failure[]) => void;

/** Compiles checks for the shapes of one operation, each once; a shape may contain itself. */
class Compiler {
  readonly #model: OperationModel;
  /** Whether the values are in a body of XML. */
  readonly #isXml: boolean;
  readonly #made = new Map<string, Check>();

  constructor(model: OperationModel, { isXml } = { isXml: false }) {
    this.#model = model;
    this.#isXml = isXml;
  }

  check(name: string): Check {
    const known = this.#made.get(name);
    if (known) return known;
    // While a shape is being compiled, its own use inside it looks the check up by name.
    this.#made.set(name, (value, path, failures) => this.#made.get(name)?.(value, path, failures));
    const check = this.#make(name);
    this.#made.set(name, check);
    return check;
  }

  structure(shape: StructureShape): Check {
    const required = new Set(shape.required);
    const body = this.#isXml ? this : this.#body();
    const members = Object.entries(shape.members).map(([name, ref]) => ({
      name,
      key: lowerFirst(name),
      header: ref.location === 'header' ? ref.locationName : undefined,
      isRequired: required.has(name),
      // S3 has a code of its own for a key that has no UTF-8 form.
      check:
        ref.location === 'uri'
          ? anyText
          : (ref.location === undefined && !this.#isWholeBody(name, shape) ? body : this).check(ref.shape),
    }));
    const known = new Set(members.map(({ name }) => name));
    return (value, path, failures) => {
      if (!isRecord(value)) {
        failures.push({ kind: 'type', path, expected: 'structure', value });
        return;
      }
      const prefix = path === '' ? '' : `${path}.`;
      for (const { name, key, header, isRequired, check } of members) {
        const member = value[name];
        if (member !== undefined) check(member, prefix + key, failures);
        else if (isRequired) failures.push({ kind: 'missing', path: prefix + key, header });
      }
      for (const name in value) {
        if (!known.has(name) && value[name] !== undefined) failures.push({ kind: 'unknown', path: prefix + name });
      }
    };
  }

  /** The checks of values in the body, which is XML or what everything else is. */
  #body(): Compiler {
    return this.#model.metadata.protocol === 'rest-xml' ? new Compiler(this.#model, { isXml: true }) : this;
  }

  /** Whether a member is sent as it is, such as an object's bytes or the text of a bucket policy. */
  #isWholeBody(name: string, shape: StructureShape): boolean {
    const member = shape.members[name];
    return name === shape.payload && member !== undefined && this.#shape(member.shape).type !== 'structure';
  }

  #make(name: string): Check {
    const shape = this.#shape(name);
    switch (shape.type) {
      case 'structure':
        return this.structure(shape);
      case 'list':
        return this.#list(shape, this.#rules(name));
      case 'map':
        return this.#map(shape, this.#rules(name));
      default:
        return this.#model.service === 's3' && name === EXPIRES
          ? timeOrText
          : this.#scalar(shape.type, this.#rules(name));
    }
  }

  #scalar(type: Shape['type'], rules: ShapeRules | undefined): Check {
    return this.#isXml && type === 'string' ? xmlText : scalarCheck(type, rules);
  }

  #list(shape: ListShape, rules: ShapeRules | undefined): Check {
    const element = this.#shape(shape.member.shape);
    const isScalar = element.type !== 'structure' && element.type !== 'list' && element.type !== 'map';
    const elementRules = isScalar ? this.#rules(shape.member.shape) : undefined;
    const checkElement = isScalar ? this.#scalar(element.type, undefined) : this.check(shape.member.shape);
    const isShown = isScalar && elementRules?.isShown !== false;
    return (value, path, failures) => {
      if (!Array.isArray(value)) {
        failures.push({ kind: 'type', path, expected: 'list', value });
        return;
      }
      const shown = () => (isShown ? `[${value.join(', ')}]` : undefined);
      addBroken(rules, value, path, shown, failures);
      value.forEach((item, i) => {
        checkElement(item, `${path}.${i + 1}.member`, failures);
      });
      if (elementRules && value.some((item) => elementRules.broken(item))) {
        failures.push(constraintFailure(path, shown(), { kind: 'elements', each: elementRules.all }));
      }
    };
  }

  #map(shape: MapShape, rules: ShapeRules | undefined): Check {
    const keyRules = this.#rules(shape.key.shape);
    const valueShape = this.#shape(shape.value.shape);
    const isScalar = valueShape.type !== 'structure' && valueShape.type !== 'list' && valueShape.type !== 'map';
    const valueRules = isScalar ? this.#rules(shape.value.shape) : undefined;
    const checkValue = isScalar ? this.#scalar(valueShape.type, undefined) : this.check(shape.value.shape);
    const isShown = isScalar && valueRules?.isShown !== false;
    return (value, path, failures) => {
      if (!isRecord(value)) {
        failures.push({ kind: 'type', path, expected: 'map', value });
        return;
      }
      const entries = Object.entries(value);
      const shown = () => (isShown ? `{${entries.map(([key, item]) => `${key}=${item}`).join(', ')}}` : undefined);
      addBroken(rules, value, path, shown, failures);
      for (const [key, item] of entries) {
        if (!key.isWellFormed()) failures.push({ kind: 'type', path, expected: 'string', value: key });
        checkValue(item, `${path}.${key}.member`, failures);
      }
      if (keyRules && entries.some(([key]) => keyRules.broken(key))) {
        failures.push(constraintFailure(path, shown(), { kind: 'keys', each: keyRules.all }));
      }
      if (valueRules && entries.some(([, item]) => valueRules.broken(item))) {
        failures.push(constraintFailure(path, shown(), { kind: 'values', each: valueRules.all }));
      }
    };
  }

  /**
   * S3 and S3 Control return a code of their own for a bad value, operation by operation (Amazon S3 API Reference,
   * "Error responses"): for their shapes only types and required members are checked here.
   */
  #rules(name: string): ShapeRules | undefined {
    const { service, metadata } = this.#model;
    if (metadata.protocol === 'rest-xml') return undefined;
    return rulesOf(this.#shape(name), validationOverrides[service]?.[name]);
  }

  #shape(name: string): Shape {
    const shape = this.#model.shapes[name];
    if (!shape) throw new Error(`the model of ${this.#model.name} has no shape ${name}`);
    return shape;
  }
}

const anyText: Check = (value, path, failures) => {
  if (typeof value !== 'string') failures.push({ kind: 'type', path, expected: 'string', value });
};

/** Amazon S3 API Reference, GetObject: S3 returns the field `Expires` as it was sent, even if it is not a time. */
const EXPIRES = 'Expires';

const timeOrText: Check = (value, path, failures) => {
  if (isOfType('timestamp', value) || isOfType('string', value)) return;
  failures.push({ kind: 'type', path, expected: 'timestamp', value });
};

/** A text of characters that XML can carry: Extensible Markup Language (XML) 1.0, "Characters". */
const xmlText: Check = (value, path, failures) => {
  if (typeof value === 'string' && /^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]*$/u.test(value))
    return;
  failures.push({ kind: 'type', path, expected: 'string', value });
};

function scalarCheck(type: Shape['type'], rules: ShapeRules | undefined): Check {
  return (value, path, failures) => {
    if (!isOfType(type, value)) failures.push({ kind: 'type', path, expected: type, value });
    else if (rules) addBroken(rules, value, path, () => (rules.isShown ? String(value) : undefined), failures);
  };
}

function addBroken(
  rules: ShapeRules | undefined,
  value: unknown,
  path: string,
  shown: () => string | undefined,
  failures: Failure[],
): void {
  if (!rules) return;
  const broken = rules.broken(value);
  if (broken) for (const constraint of broken) failures.push(constraintFailure(path, shown(), constraint));
  const message = broken ? undefined : rules.refusedByService?.(value, path);
  if (message !== undefined) failures.push({ kind: 'rule', path, message });
}

type ConstraintFailure = Extract<Failure, { kind: 'constraint' }>;

const constraintFailure = (
  path: string,
  value: string | undefined,
  constraint: ConstraintFailure['constraint'],
): ConstraintFailure => ({ kind: 'constraint', path, value, constraint });

function isOfType(type: Shape['type'], value: unknown): boolean {
  switch (type) {
    case 'string':
      // Half a character cannot be sent.
      return typeof value === 'string' && value.isWellFormed();
    case 'boolean':
      return typeof value === 'boolean';
    case 'integer':
      return isWholeNumber(value) && value >= -(2 ** 31) && value < 2 ** 31;
    case 'long':
      return isWholeNumber(value) && value >= -(2 ** 63) && value < 2 ** 63;
    case 'double':
      return typeof value === 'number';
    case 'timestamp':
      return value instanceof Date && !Number.isNaN(value.getTime());
    case 'blob':
      return value instanceof Uint8Array || isStream(value);
    default:
      return false;
  }
}

const isWholeNumber = (value: unknown): value is number => Number.isInteger(value);

/** The service's refusal of an input. A value that cannot be read takes precedence over one that breaks a rule. */
function refusalOf({ service, metadata }: OperationModel, failures: readonly Failure[]): AwsError {
  const { invalidCode, unreadableCode } = serviceFacts[service];
  const unreadable = failures.find((failure) => failure.kind === 'type' || failure.kind === 'unknown');
  if (metadata.protocol === 'rest-xml') {
    const header = unreadable ? undefined : failures.find((failure) => failure.kind === 'missing')?.header;
    return header === undefined ? malformedXml(placeReason(failures)) : missingHeader(header);
  }
  if (unreadable) {
    return new AwsError(unreadableCode, serializationMessage(unreadable), {}, placeReason([unreadable]));
  }
  if (invalidCode === 'InvalidInputException') {
    const { reason, message } = organizationsReason(failures);
    return new AwsError(invalidCode, message, { Reason: reason }, namedReason(failures));
  }
  return new AwsError(invalidCode, validationMessage(failures), {}, validationReason(failures));
}

/**
 * S3's refusal of a body that is not XML of its schema: Amazon S3 API Reference, "Error responses", list of error codes.
 * @param reason what is wrong with it, for people
 */
export const malformedXml = (reason: string | undefined) =>
  new AwsError(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
    {},
    reason,
  );

/** S3's refusal of a request without a header that its operation needs: its page "Error responses". */
export const missingHeader = (name: string) =>
  new AwsError('MissingSecurityHeader', 'Your request was missing a required header', { MissingHeaderName: name });
