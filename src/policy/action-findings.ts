/** Findings about the actions and the resources of a statement. */

import { parseArn } from '../api/arn.ts';
import { didYouMean, oneOf } from '../api/nearest.ts';
import { resourceKindsOf } from './action-keys.ts';
import { conditionValues, texts } from './document-shape.ts';
import { type Examined, type ExaminedAction, type ExaminedStatement, everyAction, type Found } from './finding.ts';
import { globMatches, parseGlob } from './glob.ts';
import { quoted } from './json-places.ts';
import { actionPrefixes, mistakenPrefixes, type NamedActions } from './known-actions.ts';
import { s3Permissions } from './s3-permissions.ts';

/** Actions that no service has, each with what may be meant. */
export function* unknownActions({ actions }: ExaminedStatement): Iterable<Found> {
  for (const { text, named, path } of actions) {
    if (named.kind === 'elsewhere') yield* unknownService(text, named.prefix, path);
    if (named.kind !== 'known' || named.names.length > 0) continue;
    const { title, actions: known, instead, prefix } = named.service;
    const allowing = instead.get(text.toLowerCase());
    yield {
      kind: 'unknown-action',
      says: named.isPattern
        ? `${quoted(text)} matches no action of ${title}`
        : `${quoted(text)} is not an action of ${title}`,
      path,
      advice: allowing
        ? `${nameOf(text)} needs ${oneOf(allowing, 'and')}`
        : named.isPattern
          ? undefined
          : (didYouMean(shortened(text), known.values()) ?? (text.endsWith(':') ? `use ${prefix}:*` : undefined)),
    };
  }
}

const nameOf = (action: string): string => action.slice(action.indexOf(':') + 1);

/** The names of actions are short: what is longer is not compared to its end. */
const shortened = (text: string): string => text.slice(0, 100).trim();

/** A prefix that is nearly one that is known, and long enough not to be another service's. */
function* unknownService(text: string, prefix: string, path: ExaminedAction['path']): Iterable<Found> {
  const meant = Object.hasOwn(mistakenPrefixes, prefix) ? mistakenPrefixes[prefix] : undefined;
  const long = actionPrefixes.filter((name) => name.length > 6);
  const near = meant === undefined && prefix.length > 6 && prefix.length < 30 ? didYouMean(prefix, long) : undefined;
  if (meant === undefined && near === undefined) return;
  yield {
    kind: 'unknown-service',
    says: `${quoted(text)} is not an action, since there is no service "${prefix}"`,
    path,
    advice: near ?? `use "${meant}:${nameOf(text)}"`,
  };
}

/** Actions that none of the statement's resources fits, so that the statement says nothing about them. */
export function* actionsWithoutResource({ type }: Examined, statement: ExaminedStatement): Iterable<Found> {
  const { json, actions } = statement;
  // S3 refuses such bucket policies, the resource of a key policy is its key, and a Deny of too much does no harm.
  if (type === 'bucket' || type === 'key' || type === 'trust' || json.Action === undefined) return;
  const resources = texts(json.Resource);
  if (resources.length === 0) return;
  for (const { named, path, text } of actions) {
    if (named.kind !== 'known' || named.names.length === 0) continue;
    const { names, service } = named;
    const kinds = new Set(names.map((name) => kindOfAction(name)));
    if (kinds.has(undefined) || resources.some((resource) => names.some((name) => fits(name, resource)))) continue;
    const [kind = 'none'] = kinds;
    yield {
      kind: 'action-without-resource',
      says: `${quoted(text)} is ${aboutTexts[kind]}`,
      path,
      advice: kind === 'none' ? undefined : `add ${exampleOf(kind, resources, service.prefix)}`,
    };
  }
}

type ActionKind = 'bucket' | 'object' | 'key' | 'none';

const aboutTexts: Readonly<Record<ActionKind, string>> = {
  bucket: 'about buckets, and none of the resources of the statement is one',
  object: 'about objects, and none of the resources of the statement is one',
  key: 'about keys, and none of the resources of the statement is one',
  none: 'for no particular resource, so it needs the resource "*"',
};

/** What an action is about; undefined where that is not known. */
function kindOfAction(name: string): ActionKind | undefined {
  const permission = s3Permissions.get(name.toLowerCase());
  // Actions of the account have resources of their own, which are not all known.
  if (permission !== undefined) return permission === 'account' ? undefined : permission;
  const kinds = resourceKindsOf(name);
  if (!kinds) return undefined;
  return kinds.has('key') ? 'key' : 'none';
}

/** Whether a resource of the policy can be what an action is about. */
function fits(action: string, resource: string): boolean {
  if (resource === '*' || !resource.startsWith('arn:')) return true;
  const arn = parseArn(resource);
  if (!arn) return true;
  const kind = kindOfAction(action);
  const isService = (name: string) => globMatches(parseGlob(arn.service), name);
  switch (kind) {
    case undefined:
      return true;
    case 'bucket':
    case 'object': {
      if (!isService('s3')) return false;
      const slash = arn.resource.indexOf('/');
      const bucket = slash < 0 ? arn.resource : arn.resource.slice(0, slash);
      // A star or a variable in the bucket's name reaches across the slash.
      if (/[*$]/.test(bucket) || arn.region !== '' || arn.account !== '') return true;
      return kind === 'object' ? slash >= 0 : slash < 0;
    }
    case 'key':
    case 'none': {
      if (!isService('kms')) return false;
      // Such actions match the ARN of the account's own resources with a star, too.
      if (kind === 'none') return arn.resource === '*';
      const isAlias = arn.resource.startsWith('alias/');
      return !isAlias || (resourceKindsOf(action)?.has('alias') ?? true);
    }
  }
}

function exampleOf(kind: Exclude<ActionKind, 'none'>, resources: readonly string[], service: string): string {
  if (kind === 'key') return 'the ARN of a key, or "*"';
  const [bucket = 'BUCKET'] = resources.flatMap((resource) => /^arn:[^:]*:s3:::([^/*?$]+)/.exec(resource)?.[1] ?? []);
  return `"arn:aws:${service}:::${bucket}${kind === 'object' ? '/*' : ''}"`;
}

/** Aliases where only keys are compared: AWS KMS Developer Guide, "Specifying KMS keys in IAM policy statements". */
export function* aliasResources({ type, facts }: Examined, statement: ExaminedStatement): Iterable<Found> {
  const { json, actions } = statement;
  const isAboutAliases = actions.some(({ named }) => mayBeAbout(named, 'alias'));
  for (const element of ['Resource', 'NotResource']) {
    for (const [index, resource] of texts(json[element]).entries()) {
      if (!/^arn:[^:]*:kms:[^:]*:[^:]*:alias\//.test(resource)) continue;
      if (type !== 'key' && isAboutAliases) continue;
      const key = facts.keyOfAlias?.(resource);
      yield {
        kind: 'alias-arn',
        says: `${quoted(resource)} is the ARN of an alias, which never matches a key`,
        path: [element, index],
        advice: type === 'key' ? 'use "*", which is the key itself' : aliasMend(resource, key),
      };
    }
  }
}

/** The key's ARN, or else the key that can be used by way of its aliases. */
const aliasMend = (arn: string, key: string | undefined): string =>
  key === undefined
    ? `use the ARN of the key, or "*" with the condition key kms:ResourceAliases "${arn.slice(arn.indexOf(':alias/') + 1)}"`
    : `use the ARN of its key, "${key}"`;

const mayBeAbout = (named: NamedActions, kind: 'alias'): boolean =>
  named.kind === 'known' && named.names.some((name) => resourceKindsOf(name)?.has(kind) ?? false);

/** Resources of a key policy that are not its key. */
export function* otherKeys({ type, facts: { resource: own } }: Examined, { json }: ExaminedStatement): Iterable<Found> {
  if (type !== 'key') return;
  for (const [index, resource] of texts(json.Resource).entries()) {
    const isAlias = /^arn:[^:]*:kms:[^:]*:[^:]*:alias\//.test(resource);
    if (resource === '*' || isAlias || resource.includes('$')) continue;
    const isKey = /^arn:[^:]*:(?:kms|\*|k\*|\?ms):/.test(resource) || /^arn:[^:]*\*/.test(resource);
    const isOwn = own === undefined ? isKey : matchesKey(resource, own);
    if (isOwn) continue;
    yield {
      kind: 'resource-never-matches',
      says:
        own === undefined
          ? `a key policy is about its own key, and ${quoted(resource)} is not a key`
          : `a key policy is about its own key, and ${quoted(resource)} is not ${own}`,
      path: ['Resource', index],
      advice: 'use "*", which is the key itself',
    };
  }
}

/** Whether a pattern matches an ARN; one that is short is taken to, since its end may stand for more. */
function matchesKey(pattern: string, arn: string): boolean {
  const [parts, others] = [pattern.split(':'), arn.split(':')];
  if (parts.length < 6) return true;
  const joined = [...parts.slice(0, 5), parts.slice(5).join(':')];
  return joined.every((part, i) => globMatches(parseGlob(part), others[i] ?? ''));
}

/** Statements of a key policy that KMS stores and then ignores, for want of an element. */
export function* withoutEffect({ type }: Examined, { json }: ExaminedStatement): Iterable<Found> {
  if (type !== 'key') return;
  for (const element of ['Action', 'Resource']) {
    if (texts(json[element] ?? json[`Not${element}`]).length > 0) continue;
    yield {
      kind: 'no-effect',
      says: `a statement of a key policy without ${element} has no effect`,
      path: [],
      advice:
        element === 'Resource' ? 'add "Resource": "*", which is the key itself' : 'add the actions that it is about',
    };
  }
}

/** Passing any role to a service lends whoever may do it all permissions of every role. */
export function* passedRoles({ json, actions, read }: ExaminedStatement): Iterable<Found> {
  if (read.effect !== 'Allow' || !texts(json.Resource).includes('*')) return;
  for (const [, key] of conditionValues(json)) if (/^iam:PassedToService$/i.test(key)) return;
  const passing = actions.find(({ text }) => text.toLowerCase() === 'iam:passrole');
  if (!passing) return;
  yield {
    kind: 'passes-any-role',
    says: `${quoted(passing.text)} on "*" lets the caller give any role of the account to any service`,
    path: passing.path,
    advice: 'name the roles in Resource, or add the condition key iam:PassedToService',
  };
}

/** What the statement is about, for messages: its actions, or the first few of them. */
export function actionsText(statement: ExaminedStatement): string {
  const names = everyAction(statement) ?? [];
  return names.length > 3 ? `${names.slice(0, 3).join(', ')} and others` : oneOf(names, 'and');
}
