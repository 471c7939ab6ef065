/**
 * The token that `--max-items` leaves and `--starting-token` takes: base64 of the service's own tokens as JSON, and how
 * many items of that page have already been shown. AWS CLI User Guide, "Using the pagination options in the AWS CLI".
 */

import { UsageError } from '../../api/errors.ts';

/** The service's tokens by the member of the input that takes them; null asks for the first page. */
export type ServiceTokens = Readonly<Record<string, string | null>>;

export interface Position {
  readonly tokens: ServiceTokens;
  /** Items of the page that come before the position. */
  readonly skip: number;
}

const SKIP = 'boto_truncate_amount';

/** Writes a position as botocore writes it; at the start of a page there is no `skip`. */
export function encodePosition({ tokens, skip }: Pick<Position, 'tokens'> & Partial<Position>): string {
  const all = Object.entries({ ...tokens, ...(skip !== undefined && { [SKIP]: skip }) });
  const json = `{${all.map(([name, value]) => `"${name}": ${asciiJson(value)}`).join(', ')}}`;
  return Buffer.from(json).toString('base64');
}

/**
 * Reads a position. A token in any other form is the service's own, or in botocore's older form `MARKER___2`.
 * @throws UsageError when it has more parts than the operation has tokens, or one that cannot be a token.
 */
export function decodePosition(text: string, inputTokens: readonly string[]): Position {
  const decoded = decodedJson(text);
  if (decoded) {
    const { [SKIP]: skip, ...tokens } = decoded;
    const texts = Object.entries(tokens).map(
      ([name, value]) => [name, value === null ? null : tokenOf(value, text)] as const,
    );
    return { tokens: Object.fromEntries(texts), skip: typeof skip === 'number' ? skip : 0 };
  }
  const parts = text.split('___');
  const last = parts.at(-1) ?? '';
  const hasSkip = parts.length === inputTokens.length + 1 && /^\d+$/.test(last);
  const own = hasSkip ? parts.slice(0, -1) : parts.length === inputTokens.length + 1 ? [text] : parts;
  if (own.length > inputTokens.length) throw badToken(text);
  const tokens = inputTokens.map(
    (name, i) => [name, own[i] === undefined || own[i] === 'None' ? null : own[i]] as const,
  );
  return { tokens: Object.fromEntries(tokens), skip: hasSkip ? Number(last) : 0 };
}

/** A token of the service is text or a number. */
function tokenOf(value: unknown, text: string): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw badToken(text);
}

const badToken = (text: string) => new UsageError(`Bad starting token: ${text}`);

function decodedJson(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(text, 'base64')));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

const asciiJson = (value: string | number | null): string =>
  JSON.stringify(value).replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
