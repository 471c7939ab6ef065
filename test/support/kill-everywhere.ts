/** Kills a process at each point that a call of it passes, and looks what each kill has left. */

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished } from 'vitest';
import { verifyStore } from '../../src/upkeep/verify.ts';
import { looseEnds } from './loose-ends.ts';
import type { Point } from './points.ts';
import type { Job } from './programs/killed-call.ts';
import { openSession, type StoreSession } from './store-session.ts';

/** A call that is to be killed, and how to tell what came of it; `S` are the states that it can leave. */
export interface Scenario<S extends string = 'old' | 'new'> {
  /** What every scenario of this kind needs, once. */
  setUp(session: StoreSession): Promise<void>;
  /** Brings the old state about. */
  prepare(session: StoreSession): Promise<Pick<Job, 'operation' | 'input' | 'body'>>;
  /** Fails unless one of the states is there, whole. */
  stateOf(session: StoreSession): Promise<S>;
}

const MiB = 1024 * 1024;

/** One stays in a row, one is of three blocks and eleven segments. */
export const sizes = { small: 10_000, large: 2.5 * MiB } as const;

/** Runs a job. @returns the points that it passed; undefined: it was killed. */
async function run(program: string, job: Job): Promise<Point[] | undefined> {
  const child = spawn(process.execPath, [program, JSON.stringify(job)], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<NodeJS.Signals | null>((resolve) =>
    child.once('close', (_code, signal) => resolve(signal)),
  );
  const [said, complaint, signal] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  expect(complaint).toBe('');
  expect(signal).toBe(said === '' ? 'SIGKILL' : null);
  return said === '' ? undefined : JSON.parse(said);
}

/** What state a kill at a point has left. */
export interface Outcome<S> {
  readonly point: string;
  readonly state: S;
}

/**
 * Kills a call at each of its points, in the order in which it passes them, and says what state each kill has left.
 * Nothing is lost or loose after the next command, which looks at everything.
 * @param passesOverEarly what is before the first commit, which is the same for every size of a body.
 */
export async function killEverywhere<S extends string>(
  program: string,
  { setUp, prepare, stateOf }: Scenario<S>,
  { passesOverEarly = false } = {},
): Promise<Outcome<S>[]> {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-kill-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  let session = await openSession(folder);
  await setUp(session);

  async function runOnce(killAt?: Point): Promise<{ passed: Point[] | undefined; state: S }> {
    const job = await prepare(session);
    await session.close();
    const passed = await run(program, { folder, killAt, ...job });
    session = await openSession(folder);
    const state = await stateOf(session);
    const report = await verifyStore(session.assembly, () => {}, new AbortController().signal);
    expect([...report.Damaged, ...report.Closed, ...report.Unnamed]).toEqual([]);
    // That was the next command; it ends here.
    await session.close();
    session = await openSession(folder);
    expect(looseEnds(session.assembly)).toEqual([]);
    return { passed, state };
  }

  const { passed = [], state } = await runOnce();
  expect(state).toBe('new');
  const outcomes: Outcome<S>[] = [];
  for (const point of worthKilling(passed, passesOverEarly)) {
    const { passed, state } = await runOnce(point);
    expect(passed).toBeUndefined();
    outcomes.push({ point: point.name, state });
  }
  await session.close();
  return outcomes;
}

/** Of a name the first point and the last. */
function worthKilling(passed: readonly Point[], passesOverEarly: boolean): Point[] {
  const last = new Map(passed.map(({ name, turn }) => [name, turn]));
  const isEarly = ({ name }: Point) => / (resolve|authorize|run)$/.test(name);
  return passed.filter((point) => {
    if (passesOverEarly && isEarly(point)) return false;
    return point.turn === 1 || point.turn === last.get(point.name);
  });
}

/** What is done to a blob file that was opened, before the transaction that names it. */
export const writingFile: readonly string[] = ['write blobs/*/*.part', 'rename blobs/*/*.part'];

/** What is done when the transaction is over that drops a blob file's name. */
export const removingFile: readonly string[] = ['mkdir .dropped-*', 'rename blobs/*/*', 'rm .dropped-*'];

/** Each of these points was killed at, in this order; others may come between. */
export function expectInOrder(points: readonly string[], wanted: readonly string[]): void {
  let at = 0;
  const found = wanted.filter((each) => {
    const next = points.indexOf(each, at);
    if (next >= 0) at = next + 1;
    return next >= 0;
  });
  expect(found).toEqual(wanted);
}

/** Nothing before the last commit shows; all of it does when the answer is given. */
export function expectOldThenNew(outcomes: readonly Outcome<'old' | 'new'>[], wanted: readonly string[]): void {
  const points = outcomes.map(({ point }) => point);
  expectInOrder(points, wanted);
  const answered = points.indexOf('answered');
  expect(outcomes.slice(0, answered).filter(({ state }) => state === 'new')).toEqual([]);
  expect(outcomes.slice(answered).filter(({ state }) => state === 'old')).toEqual([]);
}
