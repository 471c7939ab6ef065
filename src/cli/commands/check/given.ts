/**
 * `given` of a file of tests: identities with their policies, keys, buckets and objects that are there when a test
 * begins, so that it needs no store.
 */

import { type AccountId, isAccountId } from '../../../api/arn.ts';
import { regions } from '../../../api/regions.ts';
import type { PlacedJson } from '../../../policy/json-places.ts';
import {
  anyText,
  byName,
  flag,
  members,
  membersOrNothing,
  type Named,
  oneOrMore,
  placed,
  type Read,
  takes,
  text,
  texts,
  word,
} from './reading.ts';

/** A policy document, where it stands. */
export interface GivenDocument {
  readonly at: number;
  readonly from:
    | { readonly kind: 'here'; readonly json: PlacedJson }
    /** A path, relative to the file of tests. */
    | { readonly kind: 'file'; readonly path: string }
    /** The ARN of a managed policy. */
    | { readonly kind: 'arn'; readonly arn: string };
}

const document: Read<GivenDocument> = (json, name, faults) => {
  const { at } = json;
  if (json.kind === 'object') return { at, from: { kind: 'here', json } };
  const value = text(json, name, faults);
  if (value === undefined) return undefined;
  if (value.startsWith('arn:')) return { at, from: { kind: 'arn', arn: value } };
  return { at, from: { kind: 'file', path: value.replace(/^file:\/\//, '') } };
};

/** The document of one policy, which is not a managed one. */
const ownDocument: Read<GivenDocument> = (json, name, faults) => {
  const found = document(json, name, faults);
  return found?.from.kind === 'arn'
    ? faults.add(json.at, takes(name, 'a policy or the path of a file with one', json))
    : found;
};

/** Several policies: a list, in which a file gives its policy its name, or documents by their names. */
const documents =
  (read: Read<GivenDocument>): Read<readonly Named<GivenDocument>[]> =>
  (json, name, faults) => {
    const isOne = json.kind === 'object' && json.members.some((member) => member.name === 'Statement');
    if (json.kind === 'object' && !isOne) return byName(read)(json, name, faults);
    return oneOrMore(read)(json, name, faults)?.map((value, i) => ({
      name: nameOf(value, i),
      at: value.at,
      value,
    }));
  };

/** `policies/read-reports.json` is the policy `read-reports`. */
const nameOf = ({ from }: GivenDocument, i: number): string =>
  from.kind === 'file' ? from.path.replace(/^.*[\\/]/, '').replace(/\.[^.]*$/, '') : `policy-${i + 1}`;

const region = word(...regions);

const account: Read<AccountId> = (json, name, faults) => {
  const value = json.kind === 'scalar' ? String(json.value) : '';
  return isAccountId(value) ? value : faults.add(json.at, takes(name, 'the 12 digits of an account', json));
};

const entity = {
  policies: documents(ownDocument),
  attached: documents(document),
  boundary: document,
  tags: texts,
} as const;

const key = membersOrNothing({
  id: placed(text),
  aliases: oneOrMore(placed(text)),
  policy: ownDocument,
  grants: oneOrMore(
    placed(
      members({
        grantee: text,
        operations: oneOrMore(text),
        'encryption-context-equals': texts,
        'encryption-context-subset': texts,
      }),
    ),
  ),
  state: placed(word('enabled', 'disabled', 'pending-deletion')),
  spec: text,
  usage: text,
  region,
  tags: texts,
});

const encryption = members({
  type: word('AES256', 'aws:kms', 'aws:kms:dsse'),
  key: text,
  'bucket-key': flag,
});

const object = membersOrNothing({ tags: texts, encryption });

/** Objects by their keys, or a list of keys. */
const objects: Read<readonly Named<Readable<typeof object>>[]> = (json, name, faults) =>
  json.kind === 'object'
    ? byName(object)(json, name, faults)
    : oneOrMore(placed(anyText))(json, name, faults)?.map(({ at, value }) => ({ name: value, at, value: {} }));

const bucket = membersOrNothing({
  account,
  region,
  policy: ownDocument,
  encryption: placed(encryption),
  'public-access-block': placed(flag),
  versioning: placed(flag),
  tags: placed(texts),
  objects,
});

const user = membersOrNothing({ ...entity, groups: oneOrMore(placed(text)) });
const group = membersOrNothing({ policies: entity.policies, attached: entity.attached });
const role = membersOrNothing({ ...entity, trust: ownDocument });

/** A level of an organization: its root, a unit, an account. */
const level = {
  'service-control-policies': documents(ownDocument),
  'resource-control-policies': documents(ownDocument),
  /** AWS's own policy allows everything as long as it is attached. */
  'full-access': placed(flag),
} as const;

const accounts: Read<readonly Named<Readable<typeof member>>[]> = (json, name, faults) =>
  json.kind === 'object'
    ? byName(member)(json, name, faults)
    : oneOrMore(placed(account))(json, name, faults)?.map(({ at, value }) => ({ name: value, at, value: {} }));

const member = membersOrNothing({ ...level, name: text });

const units: Read<readonly Named<GivenUnit>[]> = (json, name, faults) => byName(unit)(json, name, faults);

const unit: Read<GivenUnit> = membersOrNothing({ ...level, id: text, accounts, units });

const organization = members({ ...level, id: text, root: text, management: placed(account), accounts, units });

export const given = members({
  account,
  region,
  users: byName(user),
  groups: byName(group),
  roles: byName(role),
  keys: byName(key),
  buckets: byName(bucket),
  organization: placed(organization),
  run: oneOrMore(placed(text)),
});

type Readable<R> = R extends Read<infer T> ? T : never;

export type Given = Readable<typeof given>;
export type GivenUser = Readable<typeof user>;
export type GivenGroup = Readable<typeof group>;
export type GivenRole = Readable<typeof role>;
export type GivenKey = Readable<typeof key>;
export type GivenBucket = Readable<typeof bucket>;
export type GivenLevel = Pick<Readable<typeof organization>, keyof typeof level>;
export type GivenMember = Readable<typeof member>;
export type GivenOrganization = Readable<typeof organization>;
export interface GivenUnit extends GivenLevel {
  readonly id?: string | undefined;
  readonly accounts?: readonly Named<GivenMember>[] | undefined;
  readonly units?: readonly Named<GivenUnit>[] | undefined;
}
