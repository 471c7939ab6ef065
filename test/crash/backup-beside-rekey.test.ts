import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { basename } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { backUp } from '../../src/upkeep/back-up.ts';
import { newCommandLine } from '../support/command-line.ts';
import { contentOf } from '../support/content.ts';
import { watchFileSteps } from '../support/file-steps.ts';

const PASSPHRASE = 'open sesame';
const variables = { SSEBOX_PASSPHRASE: PASSPHRASE };
const content = contentOf('large', 200_000);

test.for(
  (['unsealed', 'sealed'] as const).flatMap((seal) =>
    (['key', 'rows', 'files'] as const).map((during) => [seal, during] as const),
  ),
)(
  'a backup of a store that is %s opens, although the store gets a new root key during the copy of its %s',
  {
    timeout: 60_000,
  },
  async ([seal, during]) => {
    const line = newCommandLine();
    const { store } = line;
    const backup = line.path('backup');
    await line.ok(['bucket', 'create', 'photos']);
    await line.ok(['s3', 'put', '-', 's3://photos/large'], { stdin: content });
    if (seal === 'sealed') await line.ok(['store', 'passphrase', 'set', '-'], { stdin: PASSPHRASE });
    let isRekeyed = false;
    const at = (moment: typeof during) => {
      if (moment !== during || isRekeyed) return;
      isRekeyed = true;
      execFileSync(process.execPath, ['bin/ssebox.js', 'store', 'rekey', '--yes', '--store', store], {
        env: { ...process.env, ...variables },
      });
    };
    // The key has been read when its copy is made.
    const unwatch = await watchFileSteps(({ kind, path }) => {
      if (kind === 'open' && path.startsWith(backup) && basename(path) === 'root.key') at('key');
      return undefined;
    });
    onTestFinished(unwatch);
    const watch = {
      expect: () => {},
      add: () => at('rows'),
      done: () => at('files'),
      signal: new AbortController().signal,
    };
    await backUp(backup, store, randomBytes, watch);
    unwatch();
    expect(isRekeyed).toBe(true);
    await line.ok(['store', 'verify', '--store', backup], { variables });
    const read = await line.ok(['s3', 'get', 's3://photos/large', '-', '--store', backup], { variables });
    expect(read.bytes.equals(content)).toBe(true);
  },
);
