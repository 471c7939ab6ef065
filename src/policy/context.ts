/** The condition keys of a request: names are case-insensitive, values are strings. */

import type { ConditionContext, ContextValue } from './access.ts';

export interface Context {
  /**
   * A key's values; undefined if the key is not in the request.
   * @param key the name in lower case
   * @param spelled the name as written, which is found faster if it is written as AWS writes it
   */
  values(key: string, spelled?: string): readonly string[] | undefined;
  /** Every key with its value or values. */
  entries(): Readonly<Record<string, string | readonly string[]>>;
}

/** The keys of a record. */
export class RecordContext implements Context {
  readonly #record: ConditionContext;
  #byName: Map<string, readonly string[]> | undefined;

  constructor(record: ConditionContext) {
    this.#record = record;
  }

  values(key: string, spelled: string = key): readonly string[] | undefined {
    // If two tags' keys differ only in case, neither may win.
    if (!spelled.includes('/') && this.#byName === undefined) {
      const value = this.#record[spelled];
      // What every object has, such as a `constructor`, is not a key of the request, and never a string.
      const isKey = typeof value === 'string' || (value !== undefined && Object.hasOwn(this.#record, spelled));
      if (isKey && !key.startsWith('kms:encryptioncontext:')) return texts(value);
    }
    this.#byName ??= indexed(this.#record);
    return this.#byName.get(key);
  }

  entries(): Readonly<Record<string, string | readonly string[]>> {
    const entries: Record<string, string | readonly string[]> = {};
    for (const [name, value] of Object.entries(this.#record)) {
      if (value !== undefined) entries[name] = shown(value);
    }
    return entries;
  }
}

/** A context that hides one key from conditions. */
export class HidingContext implements Context {
  readonly #context: Context;
  readonly #hidden: string;

  constructor(context: Context, hidden: string) {
    this.#context = context;
    this.#hidden = hidden;
  }

  values(key: string, spelled?: string): readonly string[] | undefined {
    return key === this.#hidden ? undefined : this.#context.values(key, spelled);
  }

  entries(): Readonly<Record<string, string | readonly string[]>> {
    return this.#context.entries();
  }
}

/** A context with values for keys that it does not have. */
export class FilledContext implements Context {
  readonly #context: Context;
  readonly #more: Context;

  constructor(context: Context, more: ConditionContext) {
    this.#context = context;
    this.#more = new RecordContext(more);
  }

  values(key: string, spelled?: string): readonly string[] | undefined {
    return this.#context.values(key, spelled) ?? this.#more.values(key, spelled);
  }

  entries(): Readonly<Record<string, string | readonly string[]>> {
    return { ...this.#more.entries(), ...this.#context.entries() };
  }
}

/** A context with other values for some keys; an undefined value is an absent key. */
export class ChangedContext implements Context {
  readonly #context: Context;
  readonly #changed: Context;
  readonly #names: ReadonlySet<string>;

  constructor(context: Context, changes: ConditionContext) {
    this.#context = context;
    this.#changed = new RecordContext(changes);
    this.#names = new Set(Object.keys(changes).map(lowerCase));
  }

  values(key: string, spelled?: string): readonly string[] | undefined {
    return this.#names.has(key) ? this.#changed.values(key) : this.#context.values(key, spelled);
  }

  entries(): Readonly<Record<string, string | readonly string[]>> {
    const kept = Object.entries(this.#context.entries()).filter(([name]) => !this.#names.has(lowerCase(name)));
    return { ...Object.fromEntries(kept), ...this.#changed.entries() };
  }
}

function indexed(record: ConditionContext): Map<string, readonly string[]> {
  const byName = new Map<string, readonly string[]>();
  for (const name in record) {
    const value = record[name];
    if (value === undefined) continue;
    const key = lowerCase(name);
    const others = byName.get(key);
    // Two tags whose keys differ only in case: a key with several values meets no single-valued condition.
    byName.set(key, others === undefined ? texts(value) : [...others, ...texts(value)]);
  }
  return byName;
}

/** A key's value for display: one string or a list. */
export const shown = (value: ContextValue): string | readonly string[] => (isList(value) ? value : valueText(value));

/** A key's value as the strings that conditions compare. */
export const texts = (value: ContextValue): readonly string[] => (isList(value) ? value : [valueText(value)]);

const isList = (value: ContextValue): value is readonly string[] => Array.isArray(value);

function valueText(value: Exclude<ContextValue, readonly string[]>): string {
  if (typeof value === 'string') return value;
  return value instanceof Date ? value.toISOString().replace('.000Z', 'Z') : String(value);
}

const KEPT_NAMES = 4096;
const lowerNames = new Map<string, string>();

/** A name in lower case, cached, because the same few names appear in every request. */
export function lowerCase(name: string): string {
  const known = lowerNames.get(name);
  if (known !== undefined) return known;
  if (lowerNames.size >= KEPT_NAMES) lowerNames.clear();
  const lower = name.toLowerCase();
  lowerNames.set(name, lower);
  return lower;
}
