/** A request as it would be with another header, option or tag of its caller: what a caller can do without a policy. */

import { principalOf } from './added-statement.ts';
import type { Caller } from './caller.ts';
import type { Change, NamedStatement, Sending, Surroundings } from './change.ts';
import { type Condition, traceCondition } from './condition.ts';
import { ChangedContext, RecordContext } from './context.ts';
import type { Question } from './evaluate.ts';
import { gatesOf } from './gates.ts';

/** Keys of options, the headers of S3 among them, and the actions whose calls have such an option. */
const OPTIONS: readonly (readonly [key: RegExp, action: RegExp])[] = [
  [
    /^s3:x-amz-(?:server-side-encryption(?:-aws-kms-key-id)?|storage-class|website-redirect-location)$/,
    /^s3:PutObject$/,
  ],
  [/^s3:(?:if-match|if-none-match|object-lock-mode|object-lock-legal-hold|requestobjecttag\/.+)$/, /^s3:PutObject/],
  [/^s3:x-amz-acl$/, /^s3:(?:PutObject|PutObjectAcl|PutBucketAcl|CreateBucket)$/],
  [/^s3:(?:x-amz-object-ownership|locationconstraint)$/, /^s3:CreateBucket$/],
  [/^s3:(?:prefix|delimiter|max-keys)$/, /^s3:ListBucket/],
  [/^kms:encryptioncontext:.+$/, /^kms:(?:Encrypt|Decrypt|GenerateDataKey.*|ReEncrypt.*)$/],
  [
    /^kms:requestalias$/,
    /^kms:(?:Encrypt|Decrypt|GenerateDataKey.*|DescribeKey|GetPublicKey|Sign|Verify|(?:Generate|Verify)Mac)$/,
  ],
  [/^kms:(?:keyspec|keyusage)$/, /^kms:CreateKey$/],
  [/^kms:schedulekeydeletionpendingwindowindays$/, /^kms:ScheduleKeyDeletion$/],
  [/^kms:rotationperiodindays$/, /^kms:EnableKeyRotation$/],
  [/^sts:(?:externalid|rolesessionname|sourceidentity)$/, /^sts:AssumeRole$/],
  [/^aws:requesttag\/.+$/, /^(?:kms|iam):(?:Create|Tag)/],
];

/** What S3 asks for besides where a key has a value. Amazon S3 API Reference, PutObject. */
const ASKED_BESIDES: readonly (readonly [key: RegExp, action: string])[] = [
  [/^s3:x-amz-acl$/, 's3:PutObjectAcl'],
  [/^s3:requestobjecttag\/.+$/, 's3:PutObjectTagging'],
  [/^s3:object-lock-mode$/, 's3:PutObjectRetention'],
  [/^s3:object-lock-legal-hold$/, 's3:PutObjectLegalHold'],
  [/^s3:if-match$/, 's3:GetObject'],
];

/** The permission that a request needs only with a value for that key, if it needs one. */
export function askedBesides(key: string, { request }: Question): string | undefined {
  if (request.action !== 's3:PutObject') return undefined;
  return ASKED_BESIDES.find(([keys]) => keys.test(key.toLowerCase()))?.[1];
}

/** Keys of how and from where a call is made. */
const CIRCUMSTANCES: ReadonlySet<string> = new Set([
  'aws:multifactorauthpresent',
  'aws:securetransport',
  'aws:sourceip',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:useragent',
  'aws:referer',
]);

const TAG = 'aws:principaltag/';

/** How the caller of a request could give a key another value; the key is in lower case. */
function sendingOf(key: string, { request: { caller, action, context } }: Question): Sending | undefined {
  if (key.startsWith(TAG)) return caller.kind === 'user' || caller.kind === 'role-session' ? 'tag' : undefined;
  // What a service calls with is not the caller's to choose.
  if (context.values('kms:viaservice') !== undefined || caller.kind === 'service') return undefined;
  if (CIRCUMSTANCES.has(key)) return 'circumstance';
  // A ciphertext fixes its context: one that is there is the right one.
  if (/^kms:(?:Decrypt|ReEncryptFrom)$/.test(action) && context.values(key) !== undefined) return undefined;
  return OPTIONS.some(([keys, actions]) => keys.test(key) && actions.test(action)) ? 'option' : undefined;
}

/** The requests with another value of a condition's key, as far as the caller can send it. */
export function* sendings(
  condition: Condition,
  statement: NamedStatement,
  question: Question,
  surroundings: Surroundings,
): Iterable<Change> {
  const { name, key } = condition;
  const how = sendingOf(key, question);
  if (how === undefined) return;
  const { context, caller } = question.request;
  const traced = traceCondition(condition, context);
  for (const value of candidatesFor(condition, question, surroundings)) {
    const apply = (asked: Question) => withKey(asked, name, value);
    if (how !== 'tag') {
      yield { remedy: { kind: 'send', ...statement, how, key: name, value, condition: traced }, apply };
      continue;
    }
    const principal = principalOf(caller);
    if (principal === undefined) return;
    yield { remedy: { kind: 'tag-principal', ...statement, principal, tag: name.slice(TAG.length), value }, apply };
  }
}

/** The request with a value for a key, or without the key. */
function withKey(question: Question, name: string, value: string | undefined): Question {
  const { request } = question;
  const context = new ChangedContext(request.context, { [name]: value });
  const key = name.toLowerCase();
  if (!key.startsWith(TAG)) return { ...question, request: { ...request, context } };
  return {
    ...question,
    request: { ...request, context, caller: tagged(request.caller, name.slice(TAG.length), value) },
  };
}

function tagged<C extends Caller>(caller: C, tag: string, value: string | undefined): C {
  if (!('tags' in caller)) return caller;
  const others = Object.entries(caller.tags).filter(([name]) => name.toLowerCase() !== tag.toLowerCase());
  return { ...caller, tags: Object.fromEntries(value === undefined ? others : [...others, [tag, value]]) };
}

/** Policies can name thousands of values, and each is tried. */
const MOST_CANDIDATES = 30;

/** What a key could be instead, the likeliest first: the values of this condition, of others, AWS's own, none. */
function candidatesFor(
  condition: Condition,
  question: Question,
  { keys = [] }: Surroundings,
): readonly (string | undefined)[] {
  const { key } = condition;
  // Any other alias would name another key.
  if (key === 'kms:requestalias') return question.request.context.values('kms:resourcealiases') ?? [];
  const others = gatesOf(question.request, question.policies).flatMap(({ levels, subject }) =>
    levels
      .flat()
      .flatMap(({ document }) =>
        document.about(subject.facts.action).flatMap(({ conditions }) => conditions.filter((each) => each.key === key)),
      ),
  );
  const [now, ...more] = question.request.context.values(key) ?? [];
  const found = [condition, ...others].flatMap((each) => plainValues(each));
  // Nobody calls from nowhere.
  const none = CIRCUMSTANCES.has(key) ? [] : [undefined];
  const known = key === KEY_HEADER ? keys : (KNOWN_VALUES[key] ?? []);
  const all = [...found, ...known, ...none].filter((value) => isValueOf(key, value));
  return [...new Set(all)].filter((value) => more.length > 0 || value !== now).slice(0, MOST_CANDIDATES);
}

const KEY_HEADER = 's3:x-amz-server-side-encryption-aws-kms-key-id';

/** S3 compares the ARN of the key, whatever the header names it by. */
const isValueOf = (key: string, value: string | undefined): boolean =>
  key !== KEY_HEADER || value === undefined || value.includes(':key/');

/** The values of an enumeration that policies are about. */
const KNOWN_VALUES: Readonly<Record<string, readonly string[]>> = {
  's3:x-amz-server-side-encryption': ['aws:kms', 'AES256', 'aws:kms:dsse'],
  's3:x-amz-acl': ['bucket-owner-full-control', 'private'],
  'aws:securetransport': ['true'],
  'aws:multifactorauthpresent': ['true'],
};

const NO_CONTEXT = new RecordContext({});

/** The values of a condition that a key can have: neither patterns nor ranges, of which an address is taken. */
function plainValues({ expected, operator, comparison }: Condition): readonly string[] {
  if (!comparison) return [];
  const texts = expected.map((one) => one.text(NO_CONTEXT));
  if (/IpAddress/.test(operator)) return texts.map((text) => text.replace(/\/\d+$/, ''));
  // `${*}` is a character, and `${aws:username}` depends on the request.
  const isPattern = (text: string) => /[*?]|\$\{/.test(text);
  return texts.filter((text) => !isPattern(text));
}
