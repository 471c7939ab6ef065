/**
 * The calls of the probe, as data: what is asked of AWS, and the status and code that AWS answers with by its
 * documentation and by recordings of its answers.
 */

import type { ServiceName } from '../../src/api/model/operations.ts';

export interface ProbeCall {
  /** What the call tries. */
  readonly title: string;
  readonly service: ServiceName;
  readonly operation: string;
  /**
   * Texts name what earlier calls made: `<name>` is this run's own name, and `<key.KeyMetadata.Arn>` a part of the output
   * that was kept as `key`.
   */
  readonly input: Readonly<Record<string, unknown>>;
  /** The status of the answer, and the code of a refusal: `404 NoSuchKey`; the answer to HEAD has none. */
  readonly expected: string;
  /** Who asks: the credentials that an output was kept with, or nobody; absent: whoever runs the probe. */
  readonly as?: string | undefined;
  /** The name that the output is kept by. */
  readonly kept?: string | undefined;
  /** Whether it asks for what was made just before, which other services may not know of yet. */
  readonly mayLag?: boolean | undefined;
}

type Extra = Pick<ProbeCall, 'as' | 'kept' | 'mayLag'>;

/** A call in one line: `kms Encrypt`. */
export type Line = readonly [
  title: string,
  call: `${ServiceName} ${string}`,
  input: ProbeCall['input'],
  expected: string,
  extra?: Extra,
];

export const callsOf = (lines: readonly Line[]): readonly ProbeCall[] =>
  lines.map(([title, call, input, expected, extra]) => {
    const [service = '', operation = ''] = call.split(' ');
    return { title, service: service as ServiceName, operation, input, expected, ...extra };
  });

/** A policy document with one statement for each triple. */
export const policy = (...statements: readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });

export const bytes = (text: string): Uint8Array => Buffer.from(text);
