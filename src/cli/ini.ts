/**
 * Files of sections with options, as the AWS CLI reads its own: Python 3 Standard Library, `configparser`, "Supported
 * INI File Structure", with `=` and `:` as delimiters and whole-line comments; and below an option without a value, the
 * indented lines are options of their own: AWS CLI User Guide, "Configuration and credential file settings".
 */

/** An option has a text, or options of its own. */
export type IniValue = string | ReadonlyMap<string, string>;

/** The sections in the order of the file, each with its options by name in lower case, except those below another. */
export type IniSections = ReadonlyMap<string, ReadonlyMap<string, IniValue>>;

/** A line that does not fit, counted from 1. Nothing of the line is in the message, which may be a secret. */
export class IniError extends Error {
  readonly line: number;
  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

/** An option while it is read: the text behind the delimiter, then one for each line that continues it. */
type OpenOption = { readonly line: number; readonly text: string }[];

/** Sections while they are read: DEFAULT has what every section has. */
type OpenSections = Map<string, Map<string, OpenOption>>;

const DEFAULT = 'DEFAULT';

/** @throws IniError */
export function parseIni(text: string): IniSections {
  const sections = readLines(text);
  const usual = sections.get(DEFAULT);
  sections.delete(DEFAULT);
  const parsed = new Map<string, ReadonlyMap<string, IniValue>>();
  for (const [name, options] of sections) {
    const all = new Map([...(usual ?? []), ...options]);
    parsed.set(name, new Map([...all].map(([option, open]) => [option, iniValue(open)])));
  }
  return parsed;
}

function readLines(text: string): OpenSections {
  const sections: OpenSections = new Map();
  let section: Map<string, OpenOption> | undefined;
  let option: OpenOption | undefined;
  let indent = 0;
  for (const [i, raw] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .entries()) {
    const at = i + 1;
    const line = raw.trim();
    if (/^[#;]/.test(line)) continue;
    if (line === '') {
      option?.push({ line: at, text: '' });
      continue;
    }
    const own = raw.search(/\S/);
    if (option && own > indent) {
      option.push({ line: at, text: line });
      continue;
    }
    indent = own;
    const header = /^\[(.+)\]/.exec(line)?.[1];
    if (header !== undefined) {
      if (sections.has(header) && header !== DEFAULT) throw new IniError(at, `the section [${header}] is there twice`);
      section = sections.get(header) ?? new Map<string, OpenOption>();
      sections.set(header, section);
      option = undefined;
      continue;
    }
    if (!section) throw new IniError(at, 'a section such as [default] must come first');
    const { name: typed, value } = assignmentIn(line, /[=:]/, at);
    const name = typed.toLowerCase();
    if (section.has(name)) throw new IniError(at, `${name} is set twice in one section`);
    option = [{ line: at, text: value }];
    section.set(name, option);
  }
  return sections;
}

function iniValue([first, ...others]: OpenOption): IniValue {
  const text = [first, ...others]
    .map((each) => each?.text)
    .join('\n')
    .trimEnd();
  if (first?.text !== '' || text === '') return text;
  const options = new Map<string, string>();
  for (const other of others) {
    if (other.text === '') continue;
    const { name, value } = assignmentIn(other.text, /=/, other.line);
    options.set(name, value);
  }
  return options;
}

function assignmentIn(text: string, delimiter: RegExp, line: number): { name: string; value: string } {
  const at = text.search(delimiter);
  const name = text.slice(0, at).trim();
  if (at < 0 || name === '') throw new IniError(line, 'it is not a section such as [default], and not NAME = VALUE');
  return { name, value: text.slice(at + 1).trim() };
}
