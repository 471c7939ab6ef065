/**
 * The log of an endpoint: a line a request. It has no query, no header and no body of it, which may be secret: of its
 * address it names the bucket and the object, and the object only if it may.
 */

import { createHmac } from 'node:crypto';
import { callerArn } from '../policy/caller.ts';
import type { Noted } from './exchange.ts';
import type { Exchanged } from './http/listener.ts';

export interface LogOptions {
  readonly form: 'json' | 'text';
  /** Whether objects are named; otherwise their lines only show which are about the same one. */
  readonly namesKeys: boolean;
  readonly random: (size: number) => Uint8Array;
  /** The machine's clock, in milliseconds. */
  readonly now: () => number;
  /** Takes a line without its end. */
  readonly write: (line: string) => void;
}

/** What is logged of a request: in this order, and in JSON by these names. */
interface LoggedRequest {
  readonly time: string;
  readonly requestId: string | undefined;
  /** An ARN, or `anonymous`; undefined if it did not become known. */
  readonly caller: string | undefined;
  /** `s3:PutObject`; of a request to none the service alone; of a page of the endpoint its name. */
  readonly operation: string | undefined;
  readonly bucket: string | undefined;
  readonly key: string | undefined;
  /** Undefined if no answer began. */
  readonly status: number | undefined;
  /** Of a refusal. */
  readonly code: string | undefined;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly ms: number;
  /** Whether the client was gone before it had the whole answer. */
  readonly isCut: true | undefined;
}

/** Takes the end of each exchange. */
export function requestLog({ form, namesKeys, random, now, write }: LogOptions) {
  // New in each process, so that nobody can look for the key of a name.
  const salt = random(32);
  const hashed = (key: string): string => `#${createHmac('sha256', salt).update(key).digest('hex').slice(0, 16)}`;
  const lineOf = form === 'json' ? jsonLine : textLine;
  return ({ status, bytesIn, bytesOut, ms, isWhole }: Omit<Exchanged, 'incoming'>, noted: Noted): void => {
    const { service, operation, caller, labels } = noted;
    const key = labels?.Key;
    write(
      lineOf({
        time: new Date(now()).toISOString(),
        requestId: noted.requestId,
        caller: caller && (caller.kind === 'anonymous' ? 'anonymous' : callerArn(caller)),
        operation:
          service === undefined || operation === undefined ? (service ?? operation) : `${service}:${operation}`,
        bucket: labels?.Bucket,
        key: key === undefined || namesKeys ? key : hashed(key),
        status,
        code: noted.code,
        bytesIn,
        bytesOut,
        ms: Math.round(ms * 10) / 10,
        isCut: isWhole ? undefined : true,
      }),
    );
  };
}

const jsonLine = (logged: LoggedRequest): string => printable(JSON.stringify(logged));

function textLine({ time, bucket, key, ms, bytesIn, bytesOut, isCut, ...logged }: LoggedRequest): string {
  const object = bucket === undefined ? undefined : `s3://${bucket}${key === undefined ? '' : `/${key}`}`;
  return [
    time,
    word(logged.requestId),
    word(logged.caller),
    word(logged.operation),
    word(object),
    logged.status ?? '-',
    word(logged.code),
    `in=${bytesIn}`,
    `out=${bytesOut}`,
    `${ms}ms`,
    ...(isCut ? ['cut'] : []),
  ].join(' ');
}

/** One word of a line: in quotation marks where it would not be one. */
function word(text: string | undefined): string {
  if (text === undefined || text === '') return '-';
  const escaped = printable(JSON.stringify(text));
  return /[\s"\\]/.test(text) || escaped.length !== text.length + 2 ? escaped : text;
}

/** JSON in which nothing is left that a terminal obeys, or that changes the direction of text. */
const printable = (json: string): string =>
  json.replace(
    /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
