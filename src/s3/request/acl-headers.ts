/**
 * The access control lists that a request asks for, and those that a bucket accepts. ssebox stores only S3's default
 * list, the owner's full control: Amazon S3 User Guide, "Access control list (ACL) overview".
 */

import { AwsError } from '../../api/errors.ts';
import type { AccessControlPolicy, Grant } from '../../api/model/s3.types.ts';
import { allowed } from '../../api/nearest.ts';
import { missingHeader } from '../../api/validate.ts';
import type { Call } from '../../call/operation.ts';
import { callerAccount, callerArn } from '../../policy/caller.ts';
import type { BucketRecord } from '../../store/records/s3.ts';
import { publicAccessSettings } from './bucket.ts';
import { notImplementedHeader } from './conditions.ts';
import { invalidArgument } from './invalid-argument.ts';
import { invalidRequest } from './invalid-request.ts';
import { canonicalUserId } from './owner.ts';

/** The headers of a write that request an access control list. */
export interface AclHeaders {
  readonly ACL?: string | undefined;
  readonly GrantFullControl?: string | undefined;
  readonly GrantRead?: string | undefined;
  readonly GrantReadACP?: string | undefined;
  readonly GrantWrite?: string | undefined;
  readonly GrantWriteACP?: string | undefined;
}

/** The same, or a whole list in the body. */
export interface AclRequest extends AclHeaders {
  readonly AccessControlPolicy?: AccessControlPolicy | undefined;
}

const grantHeaders = {
  GrantFullControl: 'x-amz-grant-full-control',
  GrantRead: 'x-amz-grant-read',
  GrantReadACP: 'x-amz-grant-read-acp',
  GrantWrite: 'x-amz-grant-write',
  GrantWriteACP: 'x-amz-grant-write-acp',
} as const;
const grantNames = Object.keys(grantHeaders) as (keyof typeof grantHeaders)[];

/** Whether a request contains anything about access control lists, which then needs a permission of its own. */
export function asksForAcl(headers: AclHeaders): boolean {
  return headers.ACL !== undefined || grantNames.some((name) => headers[name] !== undefined);
}

/**
 * Checks the headers themselves, before anything is decided.
 * @throws AwsError InvalidRequest for a canned list beside grants, InvalidArgument for a grantee that cannot be one
 */
export function requireAclForm(headers: AclHeaders): void {
  const given = grantNames.filter((name) => headers[name] !== undefined);
  if (headers.ACL !== undefined && given.length > 0) {
    throw invalidRequest('Specifying both Canned ACLs and Header Grants is not allowed');
  }
  for (const name of given) requireGrantees(headers[name] ?? '', grantHeaders[name]);
}

/**
 * An operation that puts a list is given it once: in headers or in the body.
 * @throws AwsError UnexpectedContent, MissingSecurityHeader
 */
export function requireOneList(request: AclRequest): void {
  const isInHeaders = asksForAcl(request);
  if (isInHeaders && request.AccessControlPolicy !== undefined) {
    throw new AwsError('UnexpectedContent', 'This request does not support content');
  }
  if (!isInHeaders && request.AccessControlPolicy === undefined) throw missingHeader('x-amz-acl');
}

/** Amazon S3 User Guide, "Access control list (ACL) overview", Amazon S3 predefined groups. */
const groups: ReadonlySet<string> = new Set([
  'http://acs.amazonaws.com/groups/global/AllUsers',
  'http://acs.amazonaws.com/groups/global/AuthenticatedUsers',
  'http://acs.amazonaws.com/groups/s3/LogDelivery',
]);

/** Grantees are `type="value"`, with commas in between: S3 API Reference, PutBucketAcl, Grantee values. */
function requireGrantees(value: string, header: string): void {
  for (const grantee of value.split(',')) {
    const [, type, quoted = ''] = /^\s*(id|uri|emailAddress)\s*=\s*(.*?)\s*$/.exec(grantee) ?? [];
    const name = quoted.replace(/^"(.*)"$/, '$1');
    if (type === undefined) throw invalidArgument('Argument format not recognized', header, value);
    if (type === 'uri' && !groups.has(name)) throw invalidArgument('Invalid group uri', type, name);
    if (type === 'id' && !/^[0-9a-f]{64}$/.test(name)) throw invalidArgument('Invalid id', type, name);
  }
}

/** Lists that leave the owner's full control unchanged, since nobody else writes here as an owner. */
const changesNothing: ReadonlySet<string> = new Set(['private', 'bucket-owner-read', 'bucket-owner-full-control']);

/**
 * Accepts a list that changes nothing. With BucketOwnerEnforced, S3 accepts no other; otherwise BlockPublicAcls refuses
 * public ones, and ssebox does not support the rest: they are refused, not ignored. Amazon S3 User Guide, "Controlling
 * ownership of objects and disabling ACLs for your bucket" and "Blocking public access to your Amazon S3 storage".
 * @throws AwsError AccessControlListNotSupported, AccessDenied, InvalidArgument, NotImplemented
 */
export function requireOnlyList(
  bucket: BucketRecord,
  request: AclRequest,
  { action, resource }: { readonly action: string; readonly resource: string },
  call: Call,
): void {
  const { ACL, AccessControlPolicy: list } = request;
  const grant = grantNames.find((name) => request[name] !== undefined);
  if (ACL === undefined && grant === undefined && list === undefined) return;
  const isOwners = list !== undefined && isOwnersControl(list, bucket);
  if (bucket.ownership === 'BucketOwnerEnforced') {
    if (grant === undefined && (list === undefined ? ACL === 'bucket-owner-full-control' : isOwners)) return;
    throw new AwsError(
      'AccessControlListNotSupported',
      'The bucket does not allow ACLs',
      {},
      'the object ownership of the bucket is BucketOwnerEnforced: use a bucket policy, or ssebox s3api put-bucket-ownership-controls',
    );
  }
  if (isPublicAcl(request) && publicAccessSettings(bucket, call.tx).BlockPublicAcls) {
    throw publicAclBlocked(action, resource, bucket, call);
  }
  if (grant !== undefined) throw notImplementedHeader(grantHeaders[grant]);
  if (list !== undefined ? !isOwners : !changesNothing.has(ACL ?? '')) throw unsupportedList(ACL);
}

/** The lists that S3 has a name for: Amazon S3 User Guide, "Access control list (ACL) overview", Canned ACL. */
const cannedLists: ReadonlySet<string> = new Set([
  ...['private', 'public-read', 'public-read-write', 'aws-exec-read', 'authenticated-read'],
  ...['bucket-owner-read', 'bucket-owner-full-control', 'log-delivery-write'],
]);

/** The refusal of a list that ssebox does not support, or that S3 does not have, for which S3 has no message. */
export const unsupportedList = (name: string | undefined): AwsError =>
  name === undefined || cannedLists.has(name)
    ? notImplementedHeader('x-amz-acl')
    : invalidArgument('', 'x-amz-acl', name, allowed(name, [...cannedLists]));

/** Whether a list lets in everyone, or everyone with an account: The meaning of "public". */
export function isPublicAcl({ ACL = '', AccessControlPolicy, ...headers }: AclRequest): boolean {
  if (/^(?:public-read|public-read-write|authenticated-read)$/.test(ACL)) return true;
  const grantees = [
    ...grantNames.map((name) => headers[name] ?? ''),
    ...(AccessControlPolicy?.Grants ?? []).map(({ Grantee }) => Grantee?.URI ?? ''),
  ];
  return grantees.some((grantee) => /\/groups\/global\/(?:AllUsers|AuthenticatedUsers)\b/.test(grantee));
}

/** S3's default list for a bucket and its objects. */
export function ownersControl({ owner }: BucketRecord) {
  const ID = canonicalUserId(owner);
  const grant: Grant = { Grantee: { Type: 'CanonicalUser', ID }, Permission: 'FULL_CONTROL' };
  return { Owner: { ID }, Grants: [grant] };
}

function isOwnersControl({ Grants = [] }: AccessControlPolicy, { owner }: BucketRecord): boolean {
  const [grant, ...more] = Grants;
  return more.length === 0 && grant?.Permission === 'FULL_CONTROL' && grant.Grantee?.ID === canonicalUserId(owner);
}

/** Callers from other accounts get no reason: Amazon S3 User Guide, "Troubleshoot access denied errors". */
const publicAclBlocked = (action: string, resource: string, { owner }: BucketRecord, { caller }: Call) =>
  new AwsError(
    'AccessDenied',
    callerAccount(caller) === owner
      ? `User: ${callerArn(caller)} is not authorized to perform: ${action} on resource: "${resource}" because public ACLs are prevented by the BlockPublicAcls setting in S3 Block Public Access.`
      : 'Access Denied',
  );
