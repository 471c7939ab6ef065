/**
 * The AWS CLI's lines about a validation: valid files on standard output, on request, and what is wrong on standard
 * error. Between lines of the two, and around each of the second kind, is an empty one.
 */

import { secondsText } from '../../../cloudtrail/validation/digest-names.ts';
import {
  foundSpan,
  hasFaults,
  noSums,
  type Ratio,
  type Sums,
  withFinding,
} from '../../../cloudtrail/validation/sums.ts';
import { type FileFinding, type Validation, validated } from '../../../cloudtrail/validation/validation.ts';
import { painted } from '../../output/painted.ts';
import type { Session } from '../../session.ts';

/** What is needed of a session. */
interface LineSession extends Pick<Session, 'tell'> {
  readonly aws: Pick<Session['aws'], 'call'>;
}

export interface ValidationLines {
  /** Their fields are separated by tabs. */
  readonly lines: AsyncGenerator<string>;
  /** Whether anything was wrong, once the lines are read. */
  readonly hasFaults: () => boolean;
}

export function validationLines(
  { trailArn, validation }: { readonly trailArn: string; readonly validation: Validation },
  isVerbose: boolean,
  { aws, tell }: LineSession,
): ValidationLines {
  let sums = noSums;
  async function* lines(): AsyncGenerator<string> {
    const [start, end] = [secondsText(validation.startMs), secondsText(validation.endMs)];
    yield `Validating log files for trail ${trailArn} between ${start} and ${end}`;
    yield '';
    let isBehindValid = false;
    for await (const finding of validated(validation, aws.call)) {
      sums = withFinding(sums, finding);
      const isFile = finding.kind !== 'gap';
      if (isFile && finding.fault === undefined) {
        if (isVerbose) yield `${titleOf(finding)}\t${uriOf(finding)}\tvalid`;
        isBehindValid ||= isVerbose;
        continue;
      }
      if (isBehindValid) tell('');
      tell(
        isFile
          ? painted`${titleOf(finding)}\t${uriOf(finding)}\tINVALID: ${finding.fault ?? ''}`
          : `${finding.isBackfill ? '(backfill) ' : ''}No log files were delivered by CloudTrail between ${finding.start} and ${finding.end}`,
      );
      tell('');
      isBehindValid = false;
    }
    if (isBehindValid) yield '';
    yield `Results requested for ${start} to ${end}`;
    yield* summary(sums, { start, end });
  }
  return { lines: lines(), hasFaults: () => hasFaults(sums) };
}

const titleOf = ({ kind, isBackfill }: FileFinding): string =>
  kind === 'log' ? 'Log file' : `${isBackfill ? '(backfill) ' : ''}Digest file`;

const uriOf = ({ bucket, key }: FileFinding): string => `s3://${bucket}/${key}`;

function* summary(sums: Sums, requested: { readonly start: string; readonly end: string }): Generator<string> {
  const { digests, backfillDigests, logs } = sums;
  if (digests.all + backfillDigests.all === 0) return yield 'No digests found';
  const found = foundSpan(sums, requested);
  yield found ? `Results found for ${found.start} to ${found.end}:` : 'No valid digests found in range';
  yield '';
  yield* ratio(digests, 'digest');
  yield* ratio(backfillDigests, 'backfill digest');
  yield* ratio(logs, 'log');
}

function* ratio({ valid, all }: Ratio, files: string): Generator<string> {
  if (all === 0) return;
  const invalid = valid < all ? `, ${all - valid}/${all} ${files} files INVALID` : '';
  yield `${valid}/${all} ${files} files valid${invalid}`;
}
