/**
 * Stack traces in the names of the sources. The build shortens names and puts a module's code on one line; it puts a
 * source map (ECMA-426) beside each file of the program, which is read only when a trace is shown.
 */

import { existsSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';

/** An error's `stack` with the files, lines and functions of the sources, as far as they are known. */
export function sourceTrace(stack: string): string {
  const files = new Map<string, MappedFile | undefined>();
  const mapped = (path: string): MappedFile | undefined => {
    if (!files.has(path)) files.set(path, mappedFile(path));
    return files.get(path);
  };
  return stack.replace(FRAME, (frame, before: string, named: string | undefined, path: string, row, column) => {
    const file = mapped(path);
    const entry = file?.map.findEntry(Number(row) - 1, Number(column) - 1);
    if (!file || !entry || !('originalSource' in entry)) return frame;
    const at = offsetOf(file.code, Number(row), Number(column));
    const where = `${entry.originalSource}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
    return named === undefined ? `${before}${where}` : `${before}${sourceName(named, at, file)} (${where})`;
  });
}

/** `    at async name (path:1:23)` or `    at path:1:23`, as V8 prints them. */
const FRAME =
  /^(\s+at (?:async )?(?:new )?)(?:([^\s()]+(?: \[as [^\]]+\])?) \()?(\/[^():]+|[A-Za-z]:[^():]+):(\d+):(\d+)\)?$/gm;

interface MappedFile {
  readonly code: string;
  readonly map: SourceMap;
}

function mappedFile(path: string): MappedFile | undefined {
  const mapPath = `${path}.map`;
  if (!existsSync(mapPath)) return undefined;
  return { code: readFileSync(path, 'utf8'), map: new SourceMap(JSON.parse(readFileSync(mapPath, 'utf8'))) };
}

/** The source's name of a function: that of the nearest definition before the place in which it runs. */
function sourceName(name: string, before: number, { code, map }: MappedFile): string {
  if (!/^[\w$]+$/.test(name)) return name;
  const plain = name.replaceAll('$', '\\$');
  const definitions = code
    .slice(0, before)
    .matchAll(new RegExp(`(?:function\\*? ?|class |[,{; ])(?=${plain}[(={ ])`, 'g'));
  const last = [...definitions].at(-1);
  if (!last) return name;
  const [line, column] = placeOf(code, last.index + last[0].length);
  const entry = map.findEntry(line, column);
  return 'name' in entry && typeof entry.name === 'string' && entry.name !== '' ? entry.name : name;
}

/** The offset of a line and a column, both counted from 1. */
function offsetOf(code: string, row: number, column: number): number {
  let start = 0;
  for (let line = 1; line < row; line++) start = code.indexOf('\n', start) + 1;
  return start + column - 1;
}

/** The line and the column of an offset, both counted from 0. */
function placeOf(code: string, offset: number): readonly [line: number, column: number] {
  const before = code.slice(0, offset);
  return [before.split('\n').length - 1, offset - (before.lastIndexOf('\n') + 1)];
}
