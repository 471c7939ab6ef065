import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { newSession } from '../../src/cli/session.ts';
import { standardInputOf } from '../../src/cli/standard-input.ts';
import { START, testEnvironment } from '../support/harness.ts';

test('a session that only tries calls leaves Ctrl-C alone until bytes are moved', () => {
  const { signal } = new AbortController();
  let isTakenOver = false;
  const session = newSession({
    globals: {},
    environment: testEnvironment(() => START),
    settings: {},
    get signal() {
      isTakenOver = true;
      return signal;
    },
    openStore: () => expect.fail('no call was tried'),
    stdin: standardInputOf({ stdin: Readable.from([]) }),
    tell: () => {},
    confirm: async () => {},
  });
  const tried = session.rehearse({ report: () => {}, denied: 'end' }, () => {});
  expect(isTakenOver).toBe(false);
  expect(tried.signal).toBe(signal);
  expect(isTakenOver).toBe(true);
});
