/** The JSON documents in a text: usually one, or one after the other, as the script for dumps writes them. */

import { MAX_JSON_DEPTH } from '../api/json-depth.ts';
import { JsonFault, lineAndColumn, readPlaces } from '../policy/json-places.ts';
import type { Findings, Part, Source } from './findings.ts';

/** Reads them all. What cannot be read is a finding, and what comes before it is returned. */
export function jsonDocuments(source: Source, findings: Findings): Part[] {
  const parts: Part[] = [];
  const { text } = source;
  for (const extent of extents(text)) {
    const { start, end } = extent;
    if (extent.isTooDeep) {
      const place = lineAndColumn(text, start);
      findings.add(source, `${place}: JSON is nested more than ${MAX_JSON_DEPTH} levels deep`);
      continue;
    }
    const document = text.slice(start, end);
    try {
      const value: unknown = JSON.parse(document);
      parts.push({ value, source, start, end, path: [] });
    } catch {
      findings.add(source, faultText(text, document, extent));
      // Where it would go on is not known.
      break;
    }
  }
  return parts;
}

function faultText(text: string, document: string, { start, endsInText }: Extent): string {
  try {
    readPlaces(document);
    return `${lineAndColumn(text, start)}: this is not JSON`;
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    const isAtEnd = start + document.length === text.length && document.slice(error.at).trim() === '';
    const isCut = isAtEnd || endsInText;
    const cut = isCut ? ': the file was cut off' : '';
    return `${lineAndColumn(text, start + error.at)}: this is not JSON: ${error.message}${cut}`;
  }
}

interface Extent {
  readonly start: number;
  readonly end: number;
  readonly isTooDeep: boolean;
  /** Whether its last text is not closed. */
  readonly endsInText: boolean;
}

/** Where each document begins and ends, by its brackets. What is not in brackets is one document up to the end. */
function* extents(text: string): Iterable<Extent> {
  let at = text.startsWith('\ufeff') ? 1 : 0;
  for (;;) {
    while (at < text.length && /\s/.test(text.charAt(at))) at += 1;
    if (at >= text.length) return;
    const start = at;
    if (text[at] !== '{' && text[at] !== '[') {
      yield { start, end: text.length, isTooDeep: false, endsInText: false };
      return;
    }
    let depth = 0;
    let deepest = 0;
    let isInText = false;
    for (; at < text.length; at += 1) {
      const char = text[at];
      if (isInText) {
        if (char === '\\') at += 1;
        else if (char === '"') isInText = false;
      } else if (char === '"') isInText = true;
      else if (char === '{' || char === '[') {
        depth += 1;
        if (depth > deepest) deepest = depth;
      } else if (char === '}' || char === ']') {
        depth -= 1;
        if (depth === 0) break;
      }
    }
    at = Math.min(at + 1, text.length);
    yield { start, end: at, isTooDeep: deepest > MAX_JSON_DEPTH, endsInText: isInText };
  }
}
