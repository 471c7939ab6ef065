import { describe, expect, test } from 'vitest';
import { ACCOUNT, newWorld, OTHER_ACCOUNT, type World } from '../support/harness.ts';

const Bucket = 'photos';
const Body = Buffer.from('x');
const everybody = 'uri="http://acs.amazonaws.com/groups/global/AllUsers"';
const anyAccount = 'uri="http://acs.amazonaws.com/groups/global/AuthenticatedUsers"';
const somebody = `id="${'a'.repeat(64)}"`;

/** A bucket with the object `k` that takes access control lists. */
async function newBucketWithLists(): Promise<World> {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket, ObjectOwnership: 'ObjectWriter' });
  await world.call('s3', 'PutObject', { Bucket, Key: 'k', Body });
  return world;
}

const writes = [
  ['PutObject', 's3:PutObject', { Key: 'new', Body }, 'arn:aws:s3:::photos/new'],
  ['CopyObject', 's3:PutObject', { Key: 'new', CopySource: 'photos/k' }, 'arn:aws:s3:::photos/new'],
  ['CreateMultipartUpload', 's3:PutObject', { Key: 'new' }, 'arn:aws:s3:::photos/new'],
  ['PutObjectAcl', 's3:PutObjectAcl', { Key: 'k' }, 'arn:aws:s3:::photos/k'],
  ['PutBucketAcl', 's3:PutBucketAcl', {}, 'arn:aws:s3:::photos'],
] as const;

const inBody = (URI: string) => ({
  AccessControlPolicy: { Grants: [{ Grantee: { Type: 'Group', URI: URI.slice(5, -1) }, Permission: 'READ' }] },
});

// Amazon S3 User Guide, "Blocking public access to your Amazon S3 storage": every new bucket has BlockPublicAcls on.
describe.for(writes)('%s', ([operation, action, input, resource]) => {
  const lists: readonly object[] = [
    { ACL: 'public-read' },
    { ACL: 'authenticated-read' },
    { GrantRead: everybody },
    { GrantFullControl: `${somebody}, ${anyAccount}` },
    ...(action === 's3:PutObject' ? [] : [inBody(everybody)]),
  ];

  test.for(lists)('with the public list %j is refused by BlockPublicAcls, and without it', async (list) => {
    const world = await newBucketWithLists();
    expect(await world.refusal('s3', operation, { Bucket, ...input, ...list })).toBe(
      `AccessDenied: User: arn:aws:iam::${ACCOUNT}:user/admin is not authorized to perform: ${action} on resource: "${resource}" because public ACLs are prevented by the BlockPublicAcls setting in S3 Block Public Access.`,
    );
    await world.call('s3', 'DeletePublicAccessBlock', { Bucket });
    expect(await world.refusal('s3', operation, { Bucket, ...input, ...list })).toMatch(/^NotImplemented: A header/);
    expect((await world.call('s3', 'ListObjectsV2', { Bucket })).KeyCount).toBe(1);
  });

  test('with a list for somebody else is refused, not ignored', async () => {
    const world = await newBucketWithLists();
    for (const list of [{ GrantRead: somebody }, { ACL: 'aws-exec-read' }]) {
      expect(await world.refusal('s3', operation, { Bucket, ...input, ...list })).toMatch(/^NotImplemented: A header/);
    }
  });

  // S3 has no message for it.
  test.for(['public', 'Private', 'public_read', ''])(
    'with the list "%s", which S3 does not have, is refused',
    async (ACL) => {
      const world = await newBucketWithLists();
      const refused = world.call('s3', operation, { Bucket, ...input, ACL } as never);
      await expect(refused).rejects.toMatchObject({
        code: 'InvalidArgument',
        message: '',
        detail: { ArgumentName: 'x-amz-acl', ArgumentValue: ACL },
      });
    },
  );

  test.for(['private', 'bucket-owner-full-control'])('with the list "%s" changes nothing', async (ACL) => {
    const world = await newBucketWithLists();
    await world
      .explain('s3', operation, { Bucket, ...input, ACL })
      .then(({ refusal }) => expect(refusal).toBe(undefined));
  });

  test('refuses lists if the bucket has none', async () => {
    const world = await newBucketWithLists();
    const OwnershipControls = { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' } as const] };
    await world.call('s3', 'PutBucketOwnershipControls', { Bucket, OwnershipControls });
    for (const list of [{ ACL: 'private' }, { ACL: 'public-read' }, { GrantRead: everybody }]) {
      expect(await world.refusal('s3', operation, { Bucket, ...input, ...list })).toBe(
        'AccessControlListNotSupported: The bucket does not allow ACLs',
      );
    }
  });
});

// Amazon S3 User Guide, "Controlling ownership of objects": the owner's full control in any form is taken.
test('the list that Get returns can be put again', async () => {
  const world = await newBucketWithLists();
  const { Owner, Grants } = await world.call('s3', 'GetObjectAcl', { Bucket, Key: 'k' });
  const AccessControlPolicy = { Owner, Grants };
  await world.call('s3', 'PutObjectAcl', { Bucket, Key: 'k', AccessControlPolicy });
  await world.call('s3', 'DeleteBucketOwnershipControls', { Bucket });
  await world.call('s3', 'PutBucketAcl', { Bucket, AccessControlPolicy });
});

test('a caller from another account does not learn that a public list is blocked', async () => {
  const world = await newBucketWithLists();
  const Statement = {
    Effect: 'Allow',
    Principal: { AWS: OTHER_ACCOUNT },
    Action: ['s3:PutObject', 's3:PutObjectAcl'],
    Resource: 'arn:aws:s3:::photos/*',
  };
  await world.call('s3', 'PutBucketPolicy', { Bucket, Policy: JSON.stringify({ Statement }) });
  const input = { Bucket, Key: 'new', Body, ACL: 'public-read' };
  expect(await world.refusal('s3', 'PutObject', input, { as: `${OTHER_ACCOUNT}:user/admin` })).toBe(
    'AccessDenied: Access Denied',
  );
});

// S3 API Reference, CreateBucket: a new bucket has all of Block Public Access on.
test.for([
  [{ ACL: 'public-read' }, 'InvalidBucketAclWithBlockPublicAccessError'],
  [{ GrantWrite: anyAccount }, 'InvalidBucketAclWithBlockPublicAccessError'],
  [{ GrantRead: somebody }, 'NotImplemented'],
  [{ ACL: 'log-delivery-write' }, 'NotImplemented'],
  [{ ACL: 'public' }, 'InvalidArgument'],
] as const)('a bucket is not created with the list %j: %s', async ([list, code]) => {
  const input = { Bucket, ObjectOwnership: 'ObjectWriter', ...list };
  expect(await newWorld().refusal('s3', 'CreateBucket', input)).toMatch(new RegExp(`^${code}: `));
});
