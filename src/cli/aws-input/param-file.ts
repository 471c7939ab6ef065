/**
 * Values read from files: `file://` for text, `fileb://` for bytes. AWS CLI User Guide, "Loading a parameter from a
 * file".
 */

import { closeSync, createReadStream, fstatSync, openSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../../api/errors.ts';
import { readable, readWhole } from '../../files.ts';
import { sentFile, stateIn } from '../sent-file.ts';
import type { StandardInput } from '../standard-input.ts';

/** The sources besides the command line from which values may be read. */
export interface InputFiles {
  /** A whole file. Throws the system's error when it cannot be read, and an Error when it is too long. */
  read(path: string): Uint8Array;
  /** All of standard input. */
  readStdin(): Promise<Uint8Array>;
  /** A file, or standard input for `-`, as a stream. Throws when there is no such file. */
  open(path: string): AsyncIterable<Uint8Array>;
}

/** The machine's own files, and the run's standard input. */
export const inputFiles = (stdin: StandardInput): InputFiles => ({
  read: (path) => readWhole(expandHome(path)),
  readStdin: stdin.readAll,
  open: (path) => {
    if (path === '-') return stdin.stream();
    const file = expandHome(path);
    const fd = openSync(file, 'r');
    const facts = fstatSync(fd, { bigint: true });
    // Of a device or a pipe the size is not known before its end.
    if (!facts.isDirectory() && facts.size === 0n) return readable(`the file "${path}"`, createReadStream('', { fd }));
    closeSync(fd);
    if (facts.isDirectory()) throw new Error('is a directory');
    const state = stateIn(facts);
    return sentFile(file, { state, start: 0, end: state.size });
  },
});

const TEXT = 'file://';
const BYTES = 'fileb://';

/**
 * The content of a file that is streamed; standard input for `-`.
 * @throws UsageError that names the parameter when there is no such file.
 */
export function openParamFile(parameter: string, text: string, files: InputFiles): AsyncIterable<Uint8Array> {
  try {
    return files.open(text.replace(/^fileb?:\/\//, ''));
  } catch {
    throw parameterError(parameter, 'Blob values must be a path to a file.');
  }
}

/**
 * Resolves a parameter's text: the text or the bytes of the file that it names, or the text itself.
 * @throws UsageError that names the parameter when the file cannot be read.
 */
export function loadParamFile(parameter: string, text: string, files: InputFiles): string | Uint8Array {
  if (text.startsWith(BYTES)) return readFor(parameter, text, text.slice(BYTES.length), files);
  if (!text.startsWith(TEXT)) return text;
  const path = text.slice(TEXT.length);
  const bytes = readFor(parameter, text, path, files);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw parameterError(
      parameter,
      `Unable to load paramfile (${path}), text contents could not be decoded.  If this is a binary file, please use the ` +
        'fileb:// prefix instead of the file:// prefix.',
    );
  }
}

/** An error about one parameter, in the AWS CLI's form. */
export function parameterError(parameter: string, message: string | readonly string[], hint?: string): UsageError {
  const [first = '', ...others] = typeof message === 'string' ? [message] : message;
  return new UsageError([`Error parsing parameter '${parameter}': ${first}`, ...others], hint);
}

function readFor(parameter: string, uri: string, path: string, files: InputFiles): Uint8Array {
  try {
    return files.read(path);
  } catch (error) {
    throw parameterError(parameter, `Unable to load paramfile ${uri}: ${systemMessage(error, path)}`);
  }
}

// The AWS CLI passes on Python's own wording for these: [Errno 2] No such file or directory: '/nope'.
const pythonErrors: Readonly<Record<string, string>> = {
  EACCES: '[Errno 13] Permission denied',
  EISDIR: '[Errno 21] Is a directory',
  ENOENT: '[Errno 2] No such file or directory',
  ENOTDIR: '[Errno 20] Not a directory',
};

function systemMessage(error: unknown, path: string): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const words = pythonErrors[code];
  return words ? `${words}: '${path}'` : error instanceof Error ? error.message : String(error);
}

function expandHome(path: string): string {
  return path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path;
}
