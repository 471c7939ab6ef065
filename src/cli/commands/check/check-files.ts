/** Checks files of tests: reads all of them before anything is tried. */

import { UsageError } from '../../../api/errors.ts';
import type { Program } from '../../command.ts';
import type { Session } from '../../session.ts';
import { nameOf, readText } from '../../text-file.ts';
import { lineReader } from './command-lines.ts';
import { type Faults, faultsOf } from './reading.ts';
import { type Fault, FaultyFiles, readSource } from './source.ts';
import { givenStage, type Stage, storeStage } from './stage.ts';
import { type FromCommandLine, type TestFile, testFileOf } from './test-file.ts';
import { type ReadyTest, readyTest, tryTest } from './try-tests.ts';
import type { Tested } from './verdict.ts';

export interface Wanted extends FromCommandLine {
  /** The paths of the files. */
  readonly files: readonly string[];
  /** A part of the names of the tests that are tried; absent: all are. */
  readonly only: string | undefined;
}

/** @throws FaultyFiles if one of them cannot be used, and UsageError if no test has the wanted name */
export async function checkFiles(
  { files, only, ...own }: Wanted,
  session: Session,
  program: Program,
): Promise<readonly Tested[]> {
  const faults: Fault[] = [];
  const readLine = lineReader(program);
  const read: { file: TestFile; tests: ReadyTest[]; noted: Faults }[] = [];
  for (const path of files) {
    const source = await readFaulty(path, session, faults);
    if (!source) continue;
    const noted = faultsOf(source, faults);
    const file = await testFileOf(noted, own);
    const tests: ReadyTest[] = [];
    for (const assertion of file?.tests ?? []) {
      const ready = await readyTest(assertion, readLine, noted);
      if (ready && (only === undefined || assertion.name.includes(only))) tests.push(ready);
    }
    if (file) read.push({ file, tests, noted });
  }
  if (faults.length > 0) throw new FaultyFiles(faults);
  if (read.every(({ tests }) => tests.length === 0)) throw new UsageError(`no test has "${only}" in its name`);
  const done: Tested[] = [];
  const stages: Stage[] = [];
  const opened = async (stage: Promise<Stage>): Promise<Stage> => {
    const there = await stage;
    stages.push(there);
    return there;
  };
  let ofStore: Stage | undefined;
  try {
    for (const { file, tests, noted } of read) {
      if (tests.length === 0) continue;
      const { given } = file;
      if (!given) ofStore ??= await opened(storeStage(session));
      const stage = given
        ? await opened(givenStage(given, { session, program, readLine, faults: noted, into: faults }))
        : ofStore;
      // Where something is not there that should be, every test could fail.
      if (!stage || faults.length > 0) continue;
      done.push(...(await tried(tests, stage, { session, program, noted })));
      if (stage !== ofStore) stages.pop()?.close();
    }
  } finally {
    for (const stage of stages) stage.close();
  }
  if (faults.length > 0) throw new FaultyFiles(faults);
  return done;
}

/** Tries tests, one after the other. Refusals are answers here: a tenth of the time would go into their stack traces. */
async function tried(
  tests: readonly ReadyTest[],
  stage: Stage,
  { session, program, noted }: { readonly session: Session; readonly program: Program; readonly noted: Faults },
): Promise<Tested[]> {
  const { stackTraceLimit } = Error;
  if (!session.globals.debug) Error.stackTraceLimit = 0;
  try {
    const done: Tested[] = [];
    for (const test of tests) {
      const outcome = await tryTest(test, stage, program, noted);
      if (outcome) done.push(outcome);
    }
    return done;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Reads a file; undefined if it is neither YAML nor JSON, which is noted. @throws UsageError if it cannot be read */
async function readFaulty(path: string, session: Session, faults: Fault[]) {
  const text = await readText(path, session);
  try {
    return await readSource(nameOf(path), text);
  } catch (error) {
    if (!(error instanceof FaultyFiles)) throw error;
    faults.push(...error.faults);
    return undefined;
  }
}
