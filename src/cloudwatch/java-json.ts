/** JSON as CloudWatch writes it: a Java program, whose floating-point numbers always have a decimal point. */

/** A number that Java has as a `double`. */
export interface Double {
  readonly double: number;
}

export type JavaJson =
  | string
  | number
  | boolean
  | null
  | undefined
  | Double
  | readonly JavaJson[]
  | { readonly [name: string]: JavaJson };

/** As `Double.toString` prints it: `21.0`, `0.066`, `1.0E-4`, `1.23E7`. Java SE API, `Double.toString`. */
export function javaDouble(value: number): string {
  const size = Math.abs(value);
  if (size === 0 || !Number.isFinite(value)) return size === 0 ? '0.0' : String(value);
  if (size >= 1e-3 && size < 1e7) return Number.isInteger(value) ? value.toFixed(1) : String(value);
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  return `${digits.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`;
}

/** The text of a value; members that are undefined are left out. */
export function javaJson(value: JavaJson): string {
  if (value === undefined || value === null || typeof value !== 'object') return JSON.stringify(value ?? null);
  if (isList(value)) return `[${value.map(javaJson).join(',')}]`;
  if (isDouble(value)) return javaDouble(value.double);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${javaJson(member)}`).join(',')}}`;
}

const isList = (value: object): value is readonly JavaJson[] => Array.isArray(value);

const isDouble = (value: object): value is Double => 'double' in value && typeof value.double === 'number';

/** Whether a text is JSON, whoever wrote it. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** `2026-05-04T09:05:06.300+0000`. */
export const javaTime = (timeMs: number): string => new Date(timeMs).toISOString().replace('Z', '+0000');
