/** Random commands about what is in the store in `stage.ts`. A word in braces stands for what the store names so. */

import fc from 'fast-check';

const one = fc.constantFrom;

/** Joins words and choices of words; an empty choice leaves a word out. */
const words = (...parts: readonly (string | readonly string[])[]): fc.Arbitrary<string[]> =>
  fc
    .tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : one(...part))))
    .map((list) => list.flatMap((part) => (part === '' ? [] : part.split(' '))));

const objects = [
  'plain/small',
  'sealed/small',
  'sealed/large',
  'kept/small',
  'foreign/small',
  'plain/folder/other',
  'plain/none',
  'sealed/none',
  'plain/customer',
];
const targets = ['plain/new', 'sealed/new', 'kept/small', 'foreign/new', 'plain/folder/', 'none-such/new'];
const buckets = ['plain', 'sealed', 'kept', 'foreign'];
const uri = (names: readonly string[]) => names.map((name) => `s3://${name}`);
const files = ['{little}', '{little}', '{big}'];
const kms = [
  '',
  '',
  '--sse',
  '--sse aws:kms',
  '--sse aws:kms --sse-kms-key-id {app}',
  '--sse aws:kms --sse-kms-key-id alias/held',
  '--sse aws:kms --sse-kms-key-id {theirs}',
  '--sse aws:kms:dsse',
  '--sse-c AES256 --sse-c-key fileb://{secret}',
];
const bucketKey = ['', '', '', '--bucket-key-enabled', '--no-bucket-key-enabled'];
const tagging = ['', '', '', '--tagging team=a'];
const tagWords = ['', '', '', '--tags team a'];
const acl = ['', '', '', '', '--acl bucket-owner-full-control'];
const copyProps = ['', '', '', '--copy-props none', '--copy-props metadata-directive', '--metadata-directive REPLACE'];
const place = (names: readonly string[]) =>
  names.map((name) => {
    const [bucket = '', ...key] = name.split('/');
    return `--bucket ${bucket} --key ${key.join('/') || 'new'}`;
  });
const of = (names: readonly string[]) => names.map((name) => `--bucket ${name}`);
const api = [
  '',
  '',
  '--server-side-encryption AES256',
  '--server-side-encryption aws:kms',
  '--server-side-encryption aws:kms --ssekms-key-id {app}',
  '--server-side-encryption aws:kms --ssekms-key-id alias/held --bucket-key-enabled',
  '--server-side-encryption aws:kms:dsse --ssekms-key-id {held}',
  '--server-side-encryption aws:kms --ssekms-key-id {app} --ssekms-encryption-context eyJhIjoiYiJ9',
];
const keys = ['{app}', '{held}', '{theirs}', '{signing}', 'alias/app', 'alias/held', 'alias/aws/s3', 'alias/none'];
const context = ['', '', '--encryption-context a=b'];
const names = ['ann', 'bob', 'none', 'new'];
const dry = ['', '', '', '', '--dry-run'];

const s3 = fc.oneof(
  words('s3 cp -', uri(targets), kms, ['', '', '--expected-size 9000000']),
  words('s3 put -', uri(targets), kms),
  words('s3 put', files, uri(['kept/new', 'mirror/new']), kms),
  words('s3 get s3://kept/small {down} --version-id {version}'),
  words('s3 replicate', ['kept', 'kept --existing', '', 'plain']),

  words('s3 put', files, uri(targets), kms, bucketKey, tagging, ['', '', '--resume'], acl),
  words('s3 get', uri(objects), ['-', '{down}', '{down}'], ['', '', '', '--sse-c AES256 --sse-c-key fileb://{secret}']),
  words('s3 cp', files, uri(targets), kms, tagWords, acl),
  words('s3 cp', uri(objects), uri(targets), kms, copyProps, tagWords),
  words(
    's3 cp',
    uri(objects),
    uri(targets),
    ['', '', '--sse-c-copy-source AES256 --sse-c-copy-source-key fileb://{secret}'],
    copyProps,
  ),
  words('s3 cp', uri(objects), ['{down}', '-']),
  words('s3 cp {tree}', uri(['plain/t', 'sealed/t', 'foreign/t']), '--recursive', kms),
  words(
    's3 cp',
    uri(['plain', 'sealed', 'kept', 'foreign', 'plain/folder']),
    ['{down}', ...uri(['plain/t', 'sealed/t'])],
    '--recursive',
  ),
  words('s3 mv', uri(objects), uri(targets), kms, copyProps),
  words('s3 mv', files, uri(targets), kms),
  words('s3 mv', uri(objects), '{down}'),
  words('s3 rm', uri(objects)),
  words('s3 rm', uri(buckets), '--recursive', ['', '--exclude folder/*']),
  words('s3 sync', ['{tree}', ...uri(buckets)], uri(['plain', 'sealed/t', 'foreign']), ['', '', '--delete'], kms),
  words('s3 sync', uri(buckets), '{down}', ['', '--delete']),
  words('s3 ls', ['', ...uri(buckets), ...uri(['plain/folder/', 'sealed/f'])], ['', '--recursive']),
  words('s3 versions', uri(['kept/small', 'plain/small', 'sealed', 'foreign'])),
  words('s3', ['mb', 'rb', 'rb --force'], uri(['newly', ...buckets])),
);

const s3api = fc.oneof(
  words(
    's3api',
    [
      'upload-part --part-number 2 --body {little}',
      'upload-part --part-number 1 --body {big}',
      'upload-part-copy --part-number 2 --copy-source sealed/small',
      'upload-part-copy --part-number 2 --copy-source plain/none',
      'list-parts',
      'abort-multipart-upload',
      'complete-multipart-upload --multipart-upload Parts=[{PartNumber=1,ETag=80e5b5f5d6a4ac7e2a5d1bd6bd3a5e0b}]',
    ],
    [
      '--bucket sealed --key parts --upload-id {upload}',
      '--bucket plain --key parts --upload-id {plainUpload}',
      '--bucket plain --key parts --upload-id none',
    ],
  ),
  words(
    's3api',
    ['get-object {down}', 'head-object', 'delete-object', 'get-object-tagging', 'delete-object-tagging'],
    '--bucket kept --key small --version-id {version}',
  ),
  words('s3api put-object --bucket kept --key', ['small', 'new'], '--body {little}', api),

  words(
    's3api put-object',
    place(targets),
    ['', '--body {little}', '--body {big}'],
    api,
    tagging,
    ['', '', '', '--if-none-match *'],
    acl,
  ),
  words('s3api get-object', place(objects), '{down}', [
    '',
    '',
    '--range bytes=0-1',
    '--version-id none',
    '--part-number 1',
    '--expected-bucket-owner {other}',
  ]),
  words('s3api head-object', place(objects), ['', '', '--version-id null', '--part-number 1']),
  words(
    's3api copy-object',
    place(targets),
    objects.map((name) => `--copy-source ${name}`),
    api,
    ['', '', '--tagging-directive REPLACE --tagging team=a', '--metadata-directive REPLACE'],
  ),
  words('s3api create-multipart-upload', place(targets), api, tagging),
  words('s3api delete-object', place(objects), ['', '', '--version-id null']),
  words('s3api delete-objects', of(buckets), [
    '--delete Objects=[{Key=small}]',
    '--delete Objects=[{Key=small},{Key=none}]',
    '--delete Objects=[{Key=small,VersionId=null}]',
  ]),
  words(
    's3api',
    [
      'get-object-tagging',
      'delete-object-tagging',
      'get-object-acl',
      'get-object-attributes --object-attributes ETag',
      'put-object-tagging --tagging TagSet=[{Key=team,Value=b}]',
    ],
    place(objects),
  ),
  words(
    's3api',
    ['list-objects-v2', 'list-objects', 'list-object-versions', 'list-multipart-uploads'],
    of(buckets),
    ['', '--prefix folder/', '--delimiter /', '--max-keys 5'].filter((each) => each !== '--max-keys 5'),
  ),
  words(
    's3api',
    [
      'get-bucket-policy',
      'get-bucket-encryption',
      'get-bucket-location',
      'get-bucket-versioning',
      'get-bucket-tagging',
      'get-public-access-block',
      'head-bucket',
      'delete-bucket-policy',
      'delete-bucket',
      'delete-bucket-encryption',
      'get-bucket-acl',
      'get-bucket-policy-status',
      'put-bucket-policy --policy file://{policy}',
      'put-bucket-versioning --versioning-configuration Status=Enabled',
      'delete-public-access-block',
      'get-bucket-ownership-controls',
      'get-bucket-replication',
    ],
    of([...buckets, 'none-such']),
  ),
  words('s3api', ['list-buckets', 'create-bucket --bucket newly', 'create-bucket --bucket plain']),
);

const bucket = fc.oneof(
  words(
    'bucket',
    [
      'show',
      'delete',
      'policy get',
      'policy delete',
      'versioning get',
      'versioning enable',
      'versioning suspend',
      'default-encryption get',
      'default-encryption delete',
      'bucket-key enable',
      'bucket-key disable',
      'tags get',
      'tags delete',
      'public-access-block get',
      'public-access-block set',
      'public-access-block delete',
      'replication get',
    ],
    buckets,
    '--yes',
  ),
  words('bucket default-encryption set', buckets, [
    '--sse AES256',
    '--sse aws:kms',
    '--sse aws:kms --sse-kms-key-id alias/app',
    '--sse aws:kms:dsse --sse-kms-key-id {theirs}',
  ]),
  words('bucket policy put', buckets, '{policy}'),
  words('bucket', ['list', 'create newly', 'create plain']),
);

const kmsCommands = fc.oneof(
  words(
    'kms',
    [
      'encrypt --plaintext aGVsbG8=',
      'generate-data-key --key-spec AES_256',
      'generate-data-key-without-plaintext --key-spec AES_256',
      'generate-data-key-pair --key-pair-spec ECC_NIST_P256',
    ],
    keys.map((key) => `--key-id ${key}`),
    context,
    dry,
  ),
  words(
    'kms decrypt --ciphertext-blob fileb://{blob}',
    ['', '--key-id {app}', '--key-id alias/app', '--key-id {held}'],
    context,
    dry,
  ),
  words(
    'kms re-encrypt --ciphertext-blob fileb://{blob}',
    keys.map((key) => `--destination-key-id ${key}`),
    ['', '', '--source-encryption-context a=b'],
    dry,
  ),
  words(
    'kms',
    [
      'describe-key',
      'get-key-policy',
      'list-grants',
      'list-resource-tags',
      'get-key-rotation-status',
      'enable-key',
      'disable-key',
      'schedule-key-deletion',
      'cancel-key-deletion',
      'enable-key-rotation',
      'list-key-policies',
      'list-aliases',
      'get-public-key',
      'rotate-key-on-demand',
      'tag-resource --tags TagKey=team,TagValue=a',
      'update-key-description --description x',
      'create-alias --alias-name alias/new',
      'create-grant --grantee-principal arn:aws:iam::{account}:user/bob --operations Decrypt',
    ],
    keys.map((key) => `--key-id ${key}`),
  ),
  words('kms sign --message aGVsbG8= --signing-algorithm ECDSA_SHA_256', ['--key-id {signing}', '--key-id {app}'], dry),
  words('kms', [
    'ls',
    'list-keys',
    'list-aliases',
    'create-key',
    'create-key --tags TagKey=team,TagValue=a',
    'generate-random --number-of-bytes 8',
    'delete-alias --alias-name alias/app',
    'list-retirable-grants --retiring-principal arn:aws:iam::{account}:user/ann',
    'update-alias --alias-name alias/app --target-key-id {held}',
  ]),
  words('kms rotate', keys),
  words('kms grant', keys, '--to user/bob --may decrypt'),
);

const ofUser = (list: readonly string[]) =>
  list.flatMap((command) => names.map((name) => `${command} --user-name ${name}`));

const iam = fc.oneof(
  words(
    'iam',
    ofUser([
      'get-user',
      'create-user',
      'delete-user',
      'list-user-policies',
      'list-attached-user-policies',
      'list-user-tags',
      'create-access-key',
      'list-access-keys',
      'list-groups-for-user',
      'delete-user-permissions-boundary',
      'get-user-policy --policy-name p',
      'delete-user-policy --policy-name p',
      'put-user-policy --policy-name z --policy-document file://{policy}',
      'attach-user-policy --policy-arn {limit}',
      'tag-user --tags Key=team,Value=b',
      'put-user-permissions-boundary --permissions-boundary {limit}',
    ]),
  ),
  words('iam', [
    'get-user',
    'list-users',
    'list-roles',
    'list-policies --scope Local',
    'get-role --role-name worker',
    'get-policy --policy-arn {limit}',
    'create-group --group-name g',
    'list-groups',
    'delete-role --role-name worker',
    'list-role-policies --role-name worker',
    'get-account-authorization-details',
    'create-policy --policy-name p --policy-document file://{policy}',
    'list-access-keys',
    'get-policy-version --policy-arn {limit} --version-id v1',
  ]),
);

const sts = fc.oneof(
  words('sts', ['get-caller-identity', 'get-session-token', 'get-access-key-info --access-key-id {session}']),
  words(
    'sts assume-role --role-arn',
    ['arn:aws:iam::{account}:role/worker', 'arn:aws:iam::{account}:role/none'],
    '--role-session-name',
    ['n', 'm'],
    ['', '', '--tags Key=team,Value=a', '--policy-arns arn={limit}', '--duration-seconds 7200'],
  ),
);

/** The words of a command, without who makes it. */
const command: fc.Arbitrary<string[]> = fc.oneof(
  { weight: 8, arbitrary: s3 },
  { weight: 6, arbitrary: s3api },
  { weight: 2, arbitrary: bucket },
  { weight: 5, arbitrary: kmsCommands },
  { weight: 2, arbitrary: iam },
  { weight: 1, arbitrary: sts },
);

const callers = fc.oneof(
  { weight: 6, arbitrary: one('user/ann', 'user/bob') },
  { weight: 3, arbitrary: one('role/worker', 'role/worker/limited', 'role/worker/n', '{session}', '{token}') },
  { weight: 2, arbitrary: one('{other}:user/eve', '{other}:user/admin', '{other}:root') },
  { weight: 1, arbitrary: one('user/admin', 'root', '') },
);

/** Words with who makes the command, or nobody. */
export const drawnCommand: fc.Arbitrary<readonly string[]> = fc
  .tuple(command, callers, one('', '', '', '', '', '--region eu-west-1'))
  .map(([words, caller, region]) => [
    ...words,
    ...region.split(' ').filter((word) => word !== ''),
    ...(caller === '' ? ['--no-sign-request'] : ['--as', caller]),
  ]);
