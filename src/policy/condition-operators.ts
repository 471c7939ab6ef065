/** The condition operators, each as a comparison of one value in the policy with one in the request. */

import ipaddr from 'ipaddr.js';
import { resourceStart } from './arn-pattern.ts';
import type { Context } from './context.ts';
import { globMatches } from './glob.ts';
import { parseInstant } from './instant.ts';
import { filledText, fillIn, missingVariable, parseTemplate, type Template, type Variable } from './variables.ts';

/** One value of a condition, ready to be compared. */
export interface Expected {
  /** The value in readable form. */
  text(context: Context): string;
  /** Whether the request's value is as expected; undefined if either value is not of the operator's type. */
  matches(actual: string, context: Context): boolean | undefined;
  /** Why the policy's value cannot be used; undefined if it can. */
  fault(context: Context): Fault | undefined;
}

/** A value that is not of the operator's type, or that has a variable without a value. */
export type Fault =
  | { readonly kind: 'unparsable' }
  | { readonly kind: 'unresolved-variable'; readonly variable: Variable };

const UNPARSABLE: Fault = { kind: 'unparsable' };

export interface Operator {
  /** The condition is met when the value equals none of the expected ones. */
  readonly negated: boolean;
  /** Reads a value of the policy; variables count only if the document's version supports them. */
  expect(value: string, variables: boolean): Expected;
}

type Compare<T> = (actual: T, expected: T) => boolean;

/** IAM User Guide, "IAM JSON policy elements: Condition operators". */
export const operators: Readonly<Record<string, Operator>> = {
  StringEquals: text((actual, expected) => actual === expected),
  StringNotEquals: not(text((actual, expected) => actual === expected)),
  StringEqualsIgnoreCase: text((actual, expected) => actual.toLowerCase() === expected.toLowerCase()),
  StringNotEqualsIgnoreCase: not(text((actual, expected) => actual.toLowerCase() === expected.toLowerCase())),
  StringLike: like(),
  StringNotLike: not(like()),
  ...ordered('Numeric', parseDecimal),
  ...ordered('Date', parseInstant),
  Bool: bool(),
  BinaryEquals: parsed(parseBase64, (actual, expected) => actual === expected),
  IpAddress: parsed(parseAddressRange, isWithin),
  NotIpAddress: not(parsed(parseAddressRange, isWithin)),
  ArnEquals: arn(),
  ArnLike: arn(),
  ArnNotEquals: not(arn()),
  ArnNotLike: not(arn()),
};

function not(operator: Operator): Operator {
  return { ...operator, negated: true };
}

/** Strings, in which variables are filled in and wildcards are ordinary characters. */
function text(compare: Compare<string>): Operator {
  return {
    negated: false,
    expect(value, variables) {
      const template = parseTemplate(value, { variables, wildcards: false });
      return {
        text: (context) => filledText(template, context),
        matches: (actual, context) => {
          const glob = fillIn(template, context);
          return glob?.kind === 'literal' && compare(actual, glob.text);
        },
        fault: (context) => faultOf(template, context),
      };
    },
  };
}

function faultOf(template: Template, context: Context): Fault | undefined {
  const variable = missingVariable(template, context);
  return variable && { kind: 'unresolved-variable', variable };
}

/** `true` and `false`, in which variables are filled in. */
function bool(): Operator {
  const { expect } = text((actual, expected) => actual.toLowerCase() === expected.toLowerCase());
  return {
    negated: false,
    expect(value, variables) {
      const expected = expect(value, variables);
      return {
        text: expected.text,
        matches: (actual, context) =>
          isBool(actual) && isBool(expected.text(context)) ? expected.matches(actual, context) : undefined,
        fault: (context) => expected.fault(context) ?? (isBool(expected.text(context)) ? undefined : UNPARSABLE),
      };
    },
  };
}

function like(): Operator {
  return {
    negated: false,
    expect(value, variables) {
      const template = parseTemplate(value, { variables, wildcards: true });
      return {
        text: (context) => filledText(template, context),
        matches: (actual, context) => {
          const glob = fillIn(template, context);
          return glob !== undefined && globMatches(glob, actual);
        },
        fault: (context) => faultOf(template, context),
      };
    },
  };
}

/** ARNs compare component by component, each with its own wildcards: StringLike would let `*` match across a colon. */
function arn(): Operator {
  return {
    negated: false,
    expect(value, variables) {
      const expected = arnComponents(value, variables).map((component) =>
        parseTemplate(component, { variables, wildcards: true }),
      );
      const isArn = expected.length === 6;
      return {
        text: (context) => expected.map((template) => filledText(template, context)).join(':'),
        matches: (actual, context) => {
          const start = resourceStart(actual);
          if (!isArn || start < 0) return undefined;
          const components = [...actual.split(':', 5), actual.slice(start)];
          return expected.every((template, i) => {
            const glob = fillIn(template, context);
            return glob !== undefined && globMatches(glob, components[i] ?? '');
          });
        },
        fault: (context) => {
          if (!isArn) return UNPARSABLE;
          return expected.map((template) => faultOf(template, context)).find((fault) => fault !== undefined);
        },
      };
    },
  };
}

/** Splits an ARN at its first five colons; a colon in the name of a variable does not count. */
function arnComponents(value: string, variables: boolean): readonly string[] {
  const lastBrace = variables ? value.lastIndexOf('}') : -1;
  const components: string[] = [];
  let from = 0;
  let isVariable = false;
  for (const { 0: mark, index } of value.matchAll(/\$\{|[:}]/g)) {
    if (components.length === 5) break;
    if (mark === '${') isVariable ||= index < lastBrace;
    else if (mark === '}') isVariable = false;
    else if (!isVariable) {
      components.push(value.slice(from, index));
      from = index + 1;
    }
  }
  return [...components, value.slice(from)];
}

/** Values that are parsed before they are compared; they have no variables. */
function parsed<T>(parse: (text: string) => T | undefined, compare: Compare<T>): Operator {
  return {
    negated: false,
    expect(value) {
      const expected = parse(value);
      return {
        text: () => value,
        matches: (text) => {
          const actual = parse(text);
          return expected === undefined || actual === undefined ? undefined : compare(actual, expected);
        },
        fault: () => (expected === undefined ? UNPARSABLE : undefined),
      };
    },
  };
}

function ordered(prefix: 'Numeric' | 'Date', parse: (text: string) => number | bigint | undefined) {
  const operator = (compare: Compare<number | bigint>) => parsed(parse, compare);
  // Equal in value, even if one is a bigint and the other a number.
  const equal: Compare<number | bigint> = (actual, expected) => actual >= expected && actual <= expected;
  return {
    [`${prefix}Equals`]: operator(equal),
    [`${prefix}NotEquals`]: not(operator(equal)),
    [`${prefix}LessThan`]: operator((actual, expected) => actual < expected),
    [`${prefix}LessThanEquals`]: operator((actual, expected) => actual <= expected),
    [`${prefix}GreaterThan`]: operator((actual, expected) => actual > expected),
    [`${prefix}GreaterThanEquals`]: operator((actual, expected) => actual >= expected),
  };
}

/** Whether a text is `true` or `false`, in any letter case. */
export const isBool = (text: string): boolean => /^(?:true|false)$/i.test(text);

/** Integers keep every digit; undefined if the text is not a number. */
export function parseDecimal(text: string): number | bigint | undefined {
  const trimmed = text.trim();
  if (!/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/.test(trimmed)) return undefined;
  const number = Number(trimmed);
  return Number.isSafeInteger(number) || !/^[+-]?\d+$/.test(trimmed) ? number : BigInt(trimmed.replace('+', ''));
}

function parseBase64(text: string): string | undefined {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return undefined;
  return Buffer.from(text, 'base64').toString('hex');
}

interface AddressRange {
  readonly address: ipaddr.IPv4 | ipaddr.IPv6;
  readonly bits: number;
}

/**
 * An address, or a range in CIDR notation. IPv4 addresses that are mapped into IPv6 count as IPv4, and so does a range of
 * them, whose prefix is 96 bits longer. A shorter prefix reaches beyond the mapped addresses: it is a range of IPv6, to
 * which no IPv4 address belongs.
 */
export function parseAddressRange(text: string): AddressRange | undefined {
  const [, host = '', prefix] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  if (!isAddress(host)) return undefined;
  // ipaddr.js takes ::a.b.c.d for the IPv4 address, which only ::ffff:a.b.c.d is.
  const address = ipaddr.parse(host.replace(/^::(?=\d+\.)/, '0::'));
  const size = address.kind() === 'ipv4' ? 32 : 128;
  const bits = prefix === undefined ? size : Number(prefix);
  if (bits > size) return undefined;
  return address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() && bits >= MAPPED_BITS
    ? { address: address.toIPv4Address(), bits: bits - MAPPED_BITS }
    : { address, bits };
}

/** The text of an address with 4 or 16 bytes. */
export const addressText = (bytes: readonly number[]): string => ipaddr.fromByteArray([...bytes]).toString();

/** The length of `::ffff:0:0`, the prefix of mapped addresses: RFC 4291, section 2.5.5.2. */
const MAPPED_BITS = 96;

/** ipaddr.js also takes a zone, and octal and hexadecimal bytes at the end of an IPv6 address. */
function isAddress(text: string): boolean {
  if (!text.includes(':')) return ipaddr.IPv4.isValidFourPartDecimal(text);
  const last = text.slice(text.lastIndexOf(':') + 1);
  if (last.includes('.') && !ipaddr.IPv4.isValidFourPartDecimal(last)) return false;
  return !text.includes('%') && ipaddr.IPv6.isValid(text);
}

function isWithin(actual: AddressRange, expected: AddressRange): boolean {
  return actual.address.kind() === expected.address.kind() && actual.address.match(expected.address, expected.bits);
}
