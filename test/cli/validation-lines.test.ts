import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { validationLines } from '../../src/cli/commands/cloudtrail/validation-lines.ts';
import {
  type DeliveredChain,
  type DeliveredFile,
  deliveredChain,
  filesOf,
  newSigner,
} from '../support/digest-chain.ts';
import { ACCOUNT } from '../support/harness.ts';
import { callsFrom } from '../support/validated-calls.ts';

const signer = newSigner();
const other = newSigner();
const trailArn = `arn:aws:cloudtrail:us-east-1:${ACCOUNT}:trail/main`;
const at = (hour: number): string => `2026-05-04T0${hour}:00:00Z`;
const made = '2026-05-20T00:00:00.000Z';

const two = deliveredChain(
  { bucket: 'logs' },
  [
    { end: at(8), logs: 1 },
    { end: at(9), logs: 1 },
  ],
  signer,
);
const apart = deliveredChain({ bucket: 'logs' }, [{ end: at(5) }, { end: at(9), starts: true }], signer);
const late = deliveredChain(
  { bucket: 'logs' },
  [
    { end: at(3), backfilled: made },
    { end: at(5), starts: true, backfilled: made },
  ],
  signer,
);

const uri = (chain: DeliveredChain, kind: 'digests' | 'logs', i: number): string => {
  const file = chain[kind][i];
  return `s3://${file?.bucket}/${file?.key}`;
};

const without = (
  chain: DeliveredChain,
  kind: 'digests' | 'logs',
  ...gone: readonly number[]
): readonly DeliveredFile[] => filesOf(chain).filter((file) => !gone.some((i) => file === chain[kind][i]));

const header = `Validating log files for trail ${trailArn} between ${at(2)} and ${at(9)}\n\n`;
const requested = `Results requested for ${at(2)} to ${at(9)}\n`;

interface Case {
  readonly files: readonly DeliveredFile[];
  readonly verbose?: boolean;
  readonly keys?: readonly (typeof signer.publicKey)[];
  readonly out: string;
  readonly err?: string;
}

/** What the AWS CLI 1.45 printed of the same files; AWS CloudTrail User Guide, "Validating … with the AWS CLI". */
const cases: Readonly<Record<string, Case>> = {
  'valid files, of which nothing is said': {
    files: filesOf(two),
    out: `${header}${requested}Results found for ${at(7)} to ${at(9)}:\n\n2/2 digest files valid\n2/2 log files valid\n`,
  },
  'valid files, each with a line': {
    files: filesOf(two),
    verbose: true,
    out: `${header}Digest file\t${uri(two, 'digests', 1)}\tvalid
Log file\t${uri(two, 'logs', 1)}\tvalid
Digest file\t${uri(two, 'digests', 0)}\tvalid
Log file\t${uri(two, 'logs', 0)}\tvalid

${requested}Results found for ${at(7)} to ${at(9)}:

2/2 digest files valid
2/2 log files valid
`,
  },
  nothing: { files: [], out: `${header}${requested}No digests found\n` },
  'no log files': {
    files: without(two, 'logs', 0, 1),
    err: `Log file\t${uri(two, 'logs', 1)}\tINVALID: not found\n\nLog file\t${uri(two, 'logs', 0)}\tINVALID: not found\n\n`,
    out: `${header}${requested}Results found for ${at(7)} to ${at(9)}:\n\n2/2 digest files valid\n0/2 log files valid, 2/2 log files INVALID\n`,
  },
  'a missing file after valid ones: an empty line is before it': {
    files: without(two, 'digests', 0),
    verbose: true,
    err: `\nDigest file\t${uri(two, 'digests', 0)}\tINVALID: not found\n\n`,
    out: `${header}Digest file\t${uri(two, 'digests', 1)}\tvalid
Log file\t${uri(two, 'logs', 1)}\tvalid
${requested}Results found for ${at(8)} to ${at(9)}:

1/2 digest files valid, 1/2 digest files INVALID
1/1 log files valid
`,
  },
  'no valid digest files': {
    files: filesOf(two),
    keys: [other.publicKey],
    err: [1, 0]
      .map(
        (i) =>
          `Digest file\t${uri(two, 'digests', i)}\tINVALID: public key not found in region us-east-1 for fingerprint ${signer.fingerprint}\n\n`,
      )
      .join(''),
    out: `${header}${requested}No valid digests found in range\n\n0/2 digest files valid, 2/2 digest files INVALID\n`,
  },
  'a gap': {
    files: filesOf(apart),
    verbose: true,
    err: `\nNo log files were delivered by CloudTrail between ${at(5)} and ${at(8)}\n\n`,
    out: `${header}Digest file\t${uri(apart, 'digests', 1)}\tvalid
Digest file\t${uri(apart, 'digests', 0)}\tvalid

${requested}Results found for ${at(4)} to ${at(9)}:

2/2 digest files valid
`,
  },
  'files that were made later': {
    files: filesOf(late),
    verbose: true,
    err: `\n(backfill) No log files were delivered by CloudTrail between ${at(3)} and ${at(4)}\n\n`,
    out: `${header}(backfill) Digest file\t${uri(late, 'digests', 1)}\tvalid
(backfill) Digest file\t${uri(late, 'digests', 0)}\tvalid

${requested}Results found for ${at(2)} to ${at(5)}:

2/2 backfill digest files valid
`,
  },
  'files of both kinds': {
    files: [...filesOf(two), ...filesOf(late).map((file, i) => (i > 0 ? { ...file, body: gzipSync('x') } : file))],
    err: `(backfill) Digest file\t${uri(late, 'digests', 1)}\tINVALID: invalid format\n\n`,
    out: `${header}${requested}Results found for ${at(2)} to ${at(9)}:

2/2 digest files valid
1/2 backfill digest files valid, 1/2 backfill digest files INVALID
2/2 log files valid
`,
  },
};

test.for(Object.entries(cases))(
  '%s',
  async ([, { files, verbose = false, keys = [signer.publicKey], out, err = '' }]) => {
    let told = '';
    const session = {
      aws: { call: callsFrom({ files, keys }) },
      tell: (line: string | { readonly painted: string }) => {
        told += `${typeof line === 'string' ? line : line.painted}\n`;
      },
    };
    const site = {
      bucket: 'logs',
      prefix: undefined,
      organization: undefined,
      account: ACCOUNT,
      region: 'us-east-1',
      trailName: 'main',
      homeRegion: 'us-east-1',
    };
    const validation = { site, startMs: Date.parse(at(2)), endMs: Date.parse(at(9)), isThorough: false };
    const { lines, hasFaults } = validationLines({ trailArn, validation }, verbose, session);
    let printed = '';
    for await (const line of lines) printed += `${line}\n`;
    expect({ out: printed, err: told }).toEqual({ out, err });
    expect(hasFaults()).toBe(err.includes('INVALID'));
  },
);
