/** The options of `s3 cp`, `mv` and `sync`: AWS CLI Command Reference, s3 cp. */

import { UsageError } from '../../../api/errors.ts';
import type { CommandValues, OptionSpec, OptionsOf } from '../../command.ts';
import { caseConflicts } from './case-conflicts.ts';
import { copyProps } from './copy-props.ts';
import { filterOptions } from './filters.ts';
import { customerKeyOptions, requireKeyPairs, sourceKeyOptions, writeOptions } from './object-options.ts';
import { tellingOptions } from './run-transfers.ts';
import { sideOptions } from './side-options.ts';
import { tagOptions } from './tag-options.ts';

/** Accepted because scripts use them; they have no effect here. */
const withoutEffect = {
  'progress-frequency': { about: 'how often to show progress', type: 'integer', hidden: true },
  'progress-multiline': { about: 'show each progress report on a new line', type: 'boolean', hidden: true },
  'request-payer': {
    about: 'who pays for the requests',
    type: 'string',
    bare: 'requester',
    choices: ['requester'],
    hidden: true,
  },
  'source-region': { about: 'the region of the source', type: 'string', hidden: true },
  'validate-same-s3-paths': { about: 'compare the buckets behind access points', type: 'boolean', hidden: true },
} as const satisfies Record<string, OptionSpec>;

export const transferOptions = {
  ...writeOptions,
  ...customerKeyOptions,
  ...sourceKeyOptions,
  ...tagOptions,
  grants: { about: 'ACL grants: read=uri=URI, full=id=ID', type: 'list', value: 'GRANT' },
  'metadata-directive': {
    about: 'whether a copy keeps its metadata',
    type: 'string',
    value: 'WHICH',
    choices: ['COPY', 'REPLACE'],
  },
  'copy-props': {
    about: 'what a copy keeps of its source (default: metadata and tags)',
    type: 'string',
    value: 'WHICH',
    choices: copyProps,
  },
  'checksum-mode': { about: 'verify the checksum of a download', type: 'string', value: 'MODE', choices: ['ENABLED'] },
  'follow-symlinks': { about: 'upload what symbolic links point to', type: 'boolean-pair' },
  'case-conflict': {
    about: 'what to do when the names of several downloads differ only in case',
    type: 'string',
    value: 'WHAT',
    choices: caseConflicts,
  },
  'force-glacier-transfer': { about: 'also try objects in Glacier', type: 'boolean' },
  'ignore-glacier-warnings': { about: 'skip objects in Glacier without a warning', type: 'boolean' },
  overwrite: { about: 'also overwrite what is already there', type: 'boolean-pair' },
  ...sideOptions,
  ...filterOptions,
  ...tellingOptions,
  ...withoutEffect,
} as const satisfies Record<string, OptionSpec>;

/** Options for streams only. */
export const streamOptions = {
  'expected-size': { about: 'the size of standard input', type: 'integer', value: 'BYTES', hidden: true },
} as const satisfies Record<string, OptionSpec>;

/** What is typed for a transfer; `mv` and `sync` have no streams. */
export interface TransferValues extends Pick<CommandValues, 'repeated'> {
  readonly options: OptionsOf<typeof transferOptions> & Partial<OptionsOf<typeof streamOptions>>;
}

export const followsLinks = ({ options }: TransferValues): boolean => options['follow-symlinks'] !== false;
/** Whether an existing target is kept. */
export const keepsTarget = ({ options }: TransferValues): boolean => options.overwrite === false;
export const expectedSize = ({ options }: TransferValues): number | undefined => options['expected-size'];

/** The direction of the transfer. */
export type Way = 'upload' | 'download' | 'copy';

const forms = { upload: '<LocalPath> <S3Uri>', copy: '<S3Uri> <S3Uri>', download: '<S3Uri> <LocalPath>' } as const;

/** @throws UsageError when an option does not apply to this direction. */
export function requireFitting(values: TransferValues, way: Way): void {
  requireWay('checksum-algorithm', ['upload', 'copy'], values, way);
  requireWay('checksum-mode', ['download'], values, way);
  requireKeyPairs(values);
  if (way !== 'copy' && values.options['sse-c-copy-source'] !== undefined) {
    throw new UsageError('--sse-c-copy-source is only supported for copy operations.');
  }
}

function requireWay(
  name: keyof typeof transferOptions,
  allowed: readonly Way[],
  { options }: TransferValues,
  way: Way,
): void {
  if (options[name] === undefined || allowed.includes(way)) return;
  const texts = allowed.map((each) => forms[each]).join(', ');
  throw new UsageError(
    `Expected ${name} parameter to be used with one of following path formats: ${texts}. Instead, received ${forms[way]}.`,
  );
}
