/**
 * Progress of long work, redrawn in place on standard error: only if that is a terminal, and only after a second. The
 * words are the AWS CLI's.
 */

import type { Session } from './session.ts';

export interface Progress {
  /** Adds a piece of work with this many bytes; undefined if unknown. */
  expect(bytes: number | undefined): void;
  /** Bytes that have just moved. */
  readonly add: (bytes: number) => void;
  /** A piece of work is done. */
  done(): void;
  /** Clears the line so that another line can be written. */
  clear(): void;
}

const silent: Progress = { expect() {}, add() {}, done() {}, clear() {} };

const DELAY_MS = 1000;
const REDRAW_MS = 100;

/** Progress for a session; undefined if none is wanted. */
export function progressOf(session: Session | undefined): Progress {
  if (!session?.terminal) return silent;
  const { terminal, environment } = session;
  const startMs = environment.elapsed();
  let drawnMs = startMs + DELAY_MS - REDRAW_MS;
  let isShown = false;
  const totals = { expected: 0, moved: 0, pieces: 0, doneBytes: 0, isKnown: true };

  function draw(): void {
    const nowMs = environment.elapsed();
    if (nowMs - drawnMs < REDRAW_MS) return;
    drawnMs = nowMs;
    isShown = true;
    terminal?.write(`\r${progressLine(totals, nowMs - startMs, terminal.width, terminal.color)}\u001b[K`);
  }

  return {
    expect(bytes) {
      totals.pieces += 1;
      if (bytes === undefined) totals.isKnown = false;
      else totals.expected += bytes;
    },
    add(bytes) {
      totals.moved += bytes;
      draw();
    },
    done() {
      totals.pieces -= 1;
    },
    clear() {
      if (isShown) terminal.write('\r\u001b[K');
      isShown = false;
    },
  };
}

interface Totals {
  readonly expected: number;
  readonly moved: number;
  readonly pieces: number;
  readonly isKnown: boolean;
}

const BAR = 24;

/** `Completed 256.0 KiB/1.5 MiB (310.2 KiB/s) with 1 file(s) remaining`, behind a bar where it fits. */
export function progressLine(
  { expected, moved, pieces, isKnown }: Totals,
  elapsedMs: number,
  width: number,
  color: boolean,
): string {
  const speed = `${humanSize((moved * 1000) / Math.max(1, elapsedMs))}/s`;
  const of = isKnown ? `/${humanSize(expected)}` : '';
  const text = `Completed ${humanSize(moved)}${of} (${speed}) with ${pieces} file(s) remaining`;
  if (!isKnown || width < text.length + BAR + 8) return text.slice(0, Math.max(0, width - 1));
  const share = expected === 0 ? 1 : Math.min(1, moved / expected);
  const full = Math.round(share * BAR);
  const bar = `${'━'.repeat(full)}${'─'.repeat(BAR - full)}`;
  const painted = color ? `\u001b[32m${bar}\u001b[39m` : bar;
  return `${painted} ${String(Math.floor(share * 100)).padStart(3)}%  ${text}`;
}

/** `1 Byte`, `10 Bytes`, `1.0 KiB`, `1.5 MiB`. */
export function humanSize(bytes: number): string {
  const whole = Math.round(bytes);
  if (whole === 1) return '1 Byte';
  if (whole < 1024) return `${whole} Bytes`;
  const units = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];
  let size = bytes;
  let unit = '';
  for (const each of units) {
    if (Math.round(size) < 1024) break;
    size /= 1024;
    unit = each;
  }
  return `${size.toFixed(1)} ${unit}`;
}
