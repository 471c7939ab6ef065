/**
 * Follows the pages of a list operation, so that a list is complete unless only a part was requested. What is kept of
 * each page, and where `--max-items` cuts, follows botocore. AWS CLI User Guide, "Using the pagination options in the
 * AWS CLI".
 */

import { EndpointError, UsageError } from '../../api/errors.ts';
import type { Paging } from '../../api/model/shapes.ts';
import { decodePosition, encodePosition, type ServiceTokens } from './page-token.ts';

type Message = Readonly<Record<string, unknown>>;
type CallPage = (input: Message) => Promise<unknown>;

/** The paging options as they were typed. */
export interface PagingOptions {
  readonly 'max-items'?: string | undefined;
  readonly 'starting-token'?: string | undefined;
  readonly 'page-size'?: string | undefined;
  readonly 'no-paginate'?: true | undefined;
}

/** What a list operation answers. */
export type Listing =
  /** The single page that the service returns, as it is. */
  | { readonly kind: 'page'; readonly output: Message }
  /** The list's pages; the whole list is `wholeList`. */
  | { readonly kind: 'pages'; readonly pages: readonly ListPage[] };

/** What is kept of a page. */
export interface ListPage {
  /** The members that hold items, in the model's order; those that the service left out are undefined. */
  readonly items: Message;
  /** The members that describe the whole list: only the first page's. */
  readonly beside: Message;
  /** All that the service answered, with the items of this page only. */
  readonly answer: Message;
  /** Where `--max-items` cut the list, after this page. */
  readonly nextToken?: string | undefined;
}

/**
 * Follows the pages of a list, unless the user pages by hand, with the operation's own flags or `--no-paginate`.
 * @throws UsageError when the options contradict each other.
 */
export async function listing(
  paging: Paging,
  input: Message,
  options: PagingOptions,
  call: CallPage,
): Promise<Listing> {
  const byHand = [...listOf(paging.input_token), paging.limit_key].some((name) => name !== undefined && name in input);
  if (byHand || options['no-paginate']) {
    return { kind: 'page', output: asMessage(await call({ ...input, ...ownLimit(paging, options) })) };
  }
  const pages: ListPage[] = [];
  for await (const page of pagesOf(paging, input, options, call)) pages.push(page);
  return { kind: 'pages', pages };
}

/**
 * The list, its pages put together: members with items as pages bring them, then those that describe the list, then
 * `NextToken` where `--max-items` cut it.
 */
export function wholeList(pages: readonly ListPage[]): Message {
  const whole: Record<string, unknown> = {};
  for (const { items } of pages) {
    for (const [name, value] of Object.entries(items)) {
      const sofar = whole[name];
      if (value === undefined) continue;
      if (Array.isArray(value) && Array.isArray(sofar)) for (const item of value) sofar.push(item);
      else whole[name] = Array.isArray(value) ? [...value] : value;
    }
  }
  for (const { beside, nextToken } of pages) {
    Object.assign(whole, beside, nextToken === undefined ? {} : { NextToken: nextToken });
  }
  return whole;
}

/**
 * The pages as `--output text` shows them, each for itself, and then the token as a record of its own. A member with
 * items is in every page, null where the service left it out.
 */
export function* textPages(pages: readonly ListPage[]): Generator<Message> {
  for (const { items, beside } of pages) {
    yield { ...beside, ...Object.fromEntries(Object.entries(items).map(([name, value]) => [name, value ?? null])) };
  }
  const nextToken = pages.at(-1)?.nextToken;
  if (nextToken !== undefined) yield { NextToken: { NextToken: nextToken } };
}

/** The pages as `--output yaml-stream` shows them: what the service answered to each call. */
export const answersOf = (pages: readonly ListPage[]): Message[] => pages.map(({ answer }) => answer);

/** The pages of a list, as they arrive. */
export async function* pagesOf(
  paging: Paging,
  input: Message,
  options: PagingOptions,
  call: CallPage,
): AsyncGenerator<ListPage> {
  const maxItems = integerOf('max-items', options) ?? Number.POSITIVE_INFINITY;
  const [primary = '', ...secondary] = listOf(paging.result_key);
  const start = options['starting-token'];
  let position = start === undefined ? startOf(paging) : decodePosition(start, listOf(paging.input_token));
  const limit = pageLimit(paging, options);
  for (let seen = 0, isFirst = true; ; isFirst = false) {
    const output = asMessage(await call({ ...input, ...limit, ...givenTokens(position.tokens) }));
    const items = itemsOf(output[primary]).slice(position.skip);
    // Members beside the items were already shown with the part of the page before the position.
    const others = secondary.map((name) => [name, position.skip > 0 && output[name] !== undefined ? [] : output[name]]);
    const room = Math.max(0, maxItems - seen);
    const own = output[primary] === undefined ? undefined : items.slice(0, room);
    const kept = { [primary]: own, ...Object.fromEntries(others) };
    const page = {
      items: kept,
      answer: { ...output, ...kept },
      beside: isFirst ? besideItems(paging, output) : {},
    };
    if (items.length > room) {
      yield { ...page, nextToken: encodePosition({ tokens: position.tokens, skip: position.skip + room }) };
      return;
    }
    seen += items.length;
    const next = nextTokens(paging, output);
    if (next && seen === maxItems) yield { ...page, nextToken: encodePosition({ tokens: next }) };
    else yield page;
    if (!next || seen === maxItems) return;
    requireProgress(position.tokens, next);
    position = { tokens: next, skip: 0 };
  }
}

/**
 * The members that describe the whole list, from its first page; botocore shows those that the service left out as
 * null.
 */
const besideItems = ({ non_aggregate_keys = [] }: Paging, output: Message): Message =>
  Object.fromEntries(non_aggregate_keys.map((name) => [name, output[name] ?? null]));

const startOf = ({ input_token }: Paging) => ({
  tokens: Object.fromEntries(listOf(input_token).map((name) => [name, null])),
  skip: 0,
});

/**
 * A list that goes on where it was is one without an end.
 * @throws EndpointError in the AWS CLI's words: botocore, paginate.py
 */
export function requireProgress(tokens: ServiceTokens, next: ServiceTokens | undefined): void {
  if (!next || JSON.stringify(next) !== JSON.stringify(tokens)) return;
  throw new EndpointError(`Error during pagination: The same next token was received twice: ${JSON.stringify(next)}`);
}

/** Where the next page starts; undefined after the last. */
export function nextTokens(paging: Paging, answer: unknown): ServiceTokens | undefined {
  const output = asMessage(answer);
  if (paging.more_results !== undefined && !output[paging.more_results]) return undefined;
  const expressions = listOf(paging.output_token);
  const tokens = listOf(paging.input_token).map((name, i) => [name, tokenIn(output, expressions[i] ?? '')] as const);
  return tokens.some(([, token]) => token !== null) ? Object.fromEntries(tokens) : undefined;
}

/** The models' token expressions are a member, or a choice like `NextMarker || Contents[-1].Key`. */
function tokenIn(output: Message, expression: string): string | null {
  for (const path of expression.split(' || ')) {
    const [, member = '', , inner] = /^(\w+)(\[-1\]\.(\w+))?$/.exec(path) ?? [];
    const last = itemsOf(output[member]).at(-1);
    const value = inner === undefined ? output[member] : asMessage(last)[inner];
    if (value !== undefined && value !== null && value !== '') return String(value);
  }
  return null;
}

/** Without paging, `--max-items` means IAM's own `MaxItems`; other options have no effect. */
function ownLimit(paging: Paging, options: PagingOptions): Message {
  const { limit_key } = paging;
  const isOwn = limit_key === 'MaxItems' && options['max-items'] !== undefined;
  const names = ['max-items', 'starting-token', 'page-size'] as const;
  const idle = names.filter((name) => options[name] !== undefined && !(isOwn && name === 'max-items'));
  if (idle.length > 0) {
    const flags = idle.map((name) => `--${name}`).join(', ');
    throw new UsageError(
      `Error during pagination: Cannot specify --no-paginate along with pagination arguments: ${flags}`,
    );
  }
  return isOwn ? { MaxItems: integerOf('max-items', options) } : {};
}

function pageLimit({ limit_key }: Paging, options: PagingOptions): Message {
  const size = integerOf('page-size', options);
  if (size === undefined) return {};
  if (limit_key !== undefined) return { [limit_key]: size };
  throw new UsageError('PageSize parameter is not supported for the pagination interface for this operation.');
}

function integerOf(name: 'max-items' | 'page-size', options: PagingOptions): number | undefined {
  const text = options[name];
  if (text === undefined || /^-?\d+$/.test(text)) return text === undefined ? undefined : Number(text);
  throw new UsageError(`argument --${name}: invalid int value: '${text}'`);
}

/** The tokens as members of an input. */
export const givenTokens = (tokens: ServiceTokens): Message =>
  Object.fromEntries(Object.entries(tokens).filter(([, token]) => token !== null));

const listOf = (value: string | readonly string[]): readonly string[] => (typeof value === 'string' ? [value] : value);

const itemsOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const asMessage = (value: unknown): Message => (typeof value === 'object' && value !== null ? { ...value } : {});
