/** The line below a refusal: which value is wrong and what is allowed. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { newSample } from '../support/command-line.ts';

/** What is shown on a terminal, line by line. */
const lines = (err: string): string[] => err.trimEnd().split('\n');

const POLICY =
  '{"Version":"2012-10-17", "Statement":[{"Effect":"Allow", "Actoin":"s3:GetObject", "Resource":"arn:aws:s3:::photos/*"}]}';
/** A mark stands before the place that the hint names. */
const MARK = '▸';
const LINES = JSON.stringify(JSON.parse(POLICY), undefined, 2).replace('"Actoin', `${MARK}"Actoin`);
const statement = (members: string) => `{"Version":"2012-10-17","Statement":[{${members}}]}`;
/** The mark is before the statement itself. */
const incomplete = (members: string) => statement(members).replace('[{', `[${MARK}{`);
const PUT_USER = 'iam put-user-policy --user-name bob --policy-name p --policy-document';
const PUT_BUCKET = 's3api put-bucket-policy --bucket photos --policy';
const PUT_KEY = 'kms put-key-policy --policy-name default --key-id KEY --policy';
const TRUST = 'iam create-role --role-name r --assume-role-policy-document';
const SYNTAX = 'Syntax errors in policy.';
const everybody = '"Effect":"Allow","Principal":"*"';

test.for<readonly [command: string, document: string, message: string, wanted: string]>([
  [PUT_USER, POLICY, SYNTAX, '"Actoin" is not an element of a statement (line 1, column 58): did you mean "Action"?'],
  [PUT_USER, LINES, SYNTAX, '"Actoin" is not an element of a statement (PLACE): did you mean "Action"?'],
  [PUT_USER, '{"Version": "2012-10-17",▸}', SYNTAX, 'expected the name of a member in quotes before "}" (PLACE)'],
  [PUT_USER, LINES.replace('"Allow",', '"Allow"'), SYNTAX, 'expected "," or "}" before the name "Actoin" (PLACE)'],
  [PUT_USER, '[]', SYNTAX, 'a policy must be a JSON object, not a list (PLACE)'],
  [
    PUT_USER,
    '{"Version":"2012-10-17",▸"Statment":[]}',
    SYNTAX,
    '"Statment" is not an element of a policy (PLACE): did you mean "Statement"?',
  ],
  [
    PUT_USER,
    statement('"Effect":▸"allow","Action":"*","Resource":"*"'),
    'The policy failed legacy parsing',
    'Effect must be "Allow" or "Deny", not "allow" (PLACE)',
  ],
  [
    PUT_USER,
    statement('"Effect":"Allow","Action":▸"s3.GetObject","Resource":"*"'),
    'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.',
    'the action "s3.GetObject" does not name a service (PLACE): an action is SERVICE:NAME, such as s3:GetObject or kms:*',
  ],
  [
    PUT_USER,
    statement('"Effect":"Allow","Action":"*","Resource":["*",▸"photos"]'),
    'Resource photos must be in ARN format or "*".',
    '"photos" is neither "*" nor an ARN (PLACE): an ARN is arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE, such as arn:aws:s3:::my-bucket/*',
  ],
  [
    PUT_USER,
    statement('"Effect":"Allow",▸"Principal":"*","Action":"*","Resource":"*"'),
    'Policy document should not specify a principal.',
    'Principal belongs in the policies of keys, buckets and roles, not in those of identities (PLACE)',
  ],
  [
    PUT_USER,
    statement('"Effect":"Allow","Action":"*","Resource":"*","Condition":{▸"StringEqual":{"aws:a":"b"}}'),
    SYNTAX,
    '"StringEqual" is not a condition operator (PLACE): did you mean "StringEquals"?',
  ],
  [
    'iam create-policy --policy-name p --policy-document',
    POLICY,
    SYNTAX,
    '"Actoin" is not an element of a statement (line 1, column 58): did you mean "Action"?',
  ],
  [
    PUT_BUCKET,
    POLICY,
    'Unknown field Actoin',
    '"Actoin" is not an element of a statement (line 1, column 58): did you mean "Action"?',
  ],
  [
    PUT_BUCKET,
    statement(`${everybody},"Action":▸"s3:GetObjct","Resource":"arn:aws:s3:::photos/*"`),
    'Policy has invalid action',
    '"s3:GetObjct" is not an action of S3 (PLACE): did you mean "s3:GetObject"',
  ],
  [
    PUT_BUCKET,
    statement(`${everybody},"Action":▸"s3:ListBucket","Resource":"arn:aws:s3:::photos/*"`),
    'Action does not apply to any resource(s) in statement',
    's3:ListBucket is about buckets (PLACE): add the resource arn:aws:s3:::photos',
  ],
  [
    PUT_BUCKET,
    statement(`${everybody},"Action":"s3:*","Resource":▸"arn:aws:s3:::fotos/*"`),
    'Policy has invalid resource',
    '"arn:aws:s3:::fotos/*" is not about this bucket (PLACE): use arn:aws:s3:::photos or arn:aws:s3:::photos/*',
  ],
  [
    PUT_BUCKET,
    statement(
      '"Effect":"Deny","Principal":{"AWS":["arn:aws:iam::111122223333:user/bob",▸"arn:aws:iam::111122223333:user/nobody"]},"Action":"s3:*","Resource":"arn:aws:s3:::photos"',
    ),
    'Invalid principal in policy',
    'there is no user "nobody": "arn:aws:iam::111122223333:user/nobody" does not exist (PLACE)',
  ],
  [
    PUT_BUCKET,
    statement(
      `${everybody},"Action":"s3:*","Resource":"arn:aws:s3:::photos","Condition":{"IpAddress":{"aws:SourceIp":▸"10.0.0"}}`,
    ),
    'Invalid IP address in Conditions',
    'IpAddress cannot compare "10.0.0" (PLACE): addresses are such as 203.0.113.7 or 203.0.113.0/24',
  ],
  [PUT_KEY, POLICY, '', '"Actoin" is not an element of a statement (line 1, column 58): did you mean "Action"?'],
  [PUT_KEY, 'nonsense', '', '"nonsense" is not a JSON value (PLACE)'],
  [
    PUT_KEY,
    incomplete('"Effect":"Allow","Action":"kms:*","Resource":"*"'),
    'Policy contains a statement with no principal.',
    'the statement does not have a Principal (PLACE): a key policy says who is allowed, such as "Principal": {"AWS": "ARN"}',
  ],
  [
    PUT_KEY,
    statement(
      '"Effect":"Allow","Principal":{"AWS":▸"arn:aws:iam::111122223333:role/gone"},"Action":"kms:*","Resource":"*"',
    ),
    'Policy contains a statement with one or more invalid principals.',
    'there is no role "gone": "arn:aws:iam::111122223333:role/gone" does not exist (PLACE)',
  ],
  [
    PUT_KEY,
    statement(
      '"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:user/bob"},"Action":"kms:*","Resource":"*"',
    ),
    'The new key policy will not allow you to update the key policy in the future.',
    'the policy does not allow arn:aws:iam::111122223333:user/admin kms:PutKeyPolicy: add that, or use --bypass-policy-lockout-safety-check',
  ],
  [
    TRUST,
    statement(`${everybody},"Action":▸"s3:GetObject"`),
    'AssumeRole policy may only specify STS AssumeRole actions.',
    '"s3:GetObject" is not one of the actions of a trust policy (PLACE): they are sts:AssumeRole, sts:AssumeRoleWithSAML, sts:AssumeRoleWithWebIdentity, sts:TagSession, sts:SetSourceIdentity and sts:SetContext',
  ],
  [
    TRUST,
    statement('"Effect":"Allow","Principal":{▸"aws":"*"},"Action":"sts:AssumeRole"'),
    'Invalid principal in policy: "aws"',
    '"aws" is not a type of principals (PLACE): did you mean "AWS"?',
  ],
])('%s %s: %s: %s', async ([command, document, message, wanted]) => {
  const { ssebox, ok, path } = await newSample();
  const before = document.slice(0, Math.max(0, document.indexOf(MARK))).split('\n');
  const place = `line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`;
  const hint = wanted.replace('PLACE', place);
  const words = command.split(' ').map((word) => (word === 'KEY' ? 'alias/app' : word));
  if (words.includes('alias/app')) {
    const { out } = await ok([
      'kms',
      'describe-key',
      '--key-id',
      'alias/app',
      '--query',
      'KeyMetadata.KeyId',
      '--output',
      'text',
    ]);
    words[words.indexOf('alias/app')] = out.trim();
  }
  writeFileSync(path('policy.json'), document.replace(MARK, ''));
  const { code, err } = await ssebox([...words, `file://${path('policy.json')}`], { terminal: 100 });
  const [line = '', ...rest] = lines(err);
  expect(code).toBe(254);
  expect(line).toMatch(
    /^An error occurred \(MalformedPolicy(?:Document|DocumentException)?\) when calling the \w+ operation: /,
  );
  expect(line.split(' operation: ')[1]).toBe(message);
  expect(rest).toEqual([expect.stringContaining(`hint: ${hint}`)]);
  const piped = await ssebox([...words, `file://${path('policy.json')}`]);
  expect(piped.err.trimEnd()).toBe(line.trimEnd());
  const explained = await ok(['explain', 'last', '--output', 'tree']);
  expect(explained.out.replaceAll(/\s+/g, ' ')).toContain(`! ${hint}`);
});

const KEY = '1234abcd-12ab-34cd-56ef-1234567890ab';
const quietly = 'iam create-user --user-name quiet';

test.for<readonly [setup: readonly string[], command: string, refusal: string, hint: string | undefined]>([
  // Names that are not there.
  [
    [],
    'kms describe-key --key-id alias/ap',
    'NotFoundException',
    'did you mean alias/app? there are alias/app, alias/aws/s3',
  ],
  [[], 'kms describe-key --key-id alias/other', 'NotFoundException', 'there are alias/app, alias/aws/s3'],
  [
    [],
    'kms describe-key --key-id app',
    'NotFoundException',
    '"app" is not the id or the ARN of a key, nor alias/NAME or the ARN of an alias: did you mean alias/app? there are alias/app, alias/aws/s3',
  ],
  [
    [],
    'kms describe-key --key-id alias/app --region eu-west-3',
    'NotFoundException',
    'the alias is in us-east-1, the call in eu-west-3: there are alias/aws/s3',
  ],
  [
    [],
    'kms delete-alias --alias-name alias/app --region eu-west-3',
    'NotFoundException',
    'the alias is in us-east-1, the call in eu-west-3: there are alias/aws/s3',
  ],
  [
    [],
    'kms describe-key --key-id arn:aws:kms:us-east-1:111122223333:alias/app --region eu-west-3',
    'NotFoundException',
    'the alias is in us-east-1, the call in eu-west-3',
  ],
  [[], `kms describe-key --key-id ${KEY}`, 'NotFoundException', 'the keys are '],
  [
    [],
    's3api list-objects-v2 --bucket photo',
    'NoSuchBucket',
    'did you mean photos? the buckets are drafts, photos, reports',
  ],
  [[], 's3api head-bucket --bucket elsewhere', '404', 'the buckets are drafts, photos, reports'],
  [[], 's3 ls s3://elsewhere', 'NoSuchBucket', 'the buckets are drafts, photos, reports'],
  [[], 's3 cp s3://photos/harbor.txt -', '404', 'did you mean harbour.txt? there are '],
  [[], 's3api get-object --bucket photos --key nothing/x out', 'NoSuchKey', 'there are no objects in nothing/'],
  [
    [],
    's3api copy-object --copy-source photos/harbor.txt --bucket drafts --key x',
    'NoSuchKey',
    'did you mean harbour.txt? there are ',
  ],
  [
    [],
    's3api list-parts --bucket photos --key big --upload-id AAAA',
    'NoSuchUpload',
    'no upload of this key is under way',
  ],
  [[], 'iam get-user --user-name bbo', 'NoSuchEntity', 'did you mean bob? the users are '],
  [[], 'iam get-group --group-name none', 'NoSuchEntity', 'the groups are analysts'],
  [[], 'iam get-user-policy --user-name bob --policy-name none', 'NoSuchEntity', 'the user has no inline policies'],
  [
    [],
    'iam delete-policy --policy-arn arn:aws:iam::111122223333:policy/none',
    'NoSuchEntity',
    'the policies are arn:aws:iam::111122223333:policy/ReportsRead',
  ],
  [
    [],
    'cloudwatch set-alarm-state --alarm-name bsuy --state-value OK --state-reason drill',
    'ResourceNotFound',
    'there are no alarms in this region: create one with ssebox cloudwatch put-metric-alarm',
  ],
  [
    [
      'cloudwatch put-metric-alarm --alarm-name busy --namespace SSEBox --metric-name Calls --statistic Sum --period 60 --evaluation-periods 1 --threshold 9 --comparison-operator GreaterThanThreshold',
    ],
    'cloudwatch set-alarm-state --alarm-name bsuy --state-value OK --state-reason drill',
    'ResourceNotFound',
    'did you mean busy?',
  ],
  // Whoever may not list them is told no names.
  [[quietly], 's3api list-objects-v2 --bucket elsewhere --as user/quiet', 'NoSuchBucket', undefined],
  [[quietly], 'kms describe-key --key-id alias/other --as user/quiet', 'NotFoundException', undefined],
  [
    [quietly],
    'kms describe-key --key-id app --as user/quiet',
    'NotFoundException',
    '"app" is not the id or the ARN of a key, nor alias/NAME or the ARN of an alias',
  ],
  // Regions.
  [
    ['kms create-key --region eu-west-1 --multi-region'],
    'kms describe-key --key-id arn:aws:kms:eu-west-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab',
    'NotFoundException',
    'the key is in eu-west-1, the call in us-east-1',
  ],
  [
    [],
    's3api create-bucket --bucket far --region eu-west-1',
    'IllegalLocationConstraintException',
    'the call is in eu-west-1: use --create-bucket-configuration LocationConstraint=eu-west-1, or the --region of the bucket',
  ],
  [
    [],
    's3api create-bucket --bucket far --create-bucket-configuration LocationConstraint=eu-wets-1',
    'InvalidLocationConstraint',
    '"eu-wets-1" is not a region: did you mean "eu-west-1"',
  ],
  [
    ['s3api create-bucket --bucket far --region eu-west-1 --create-bucket-configuration LocationConstraint=eu-west-1'],
    `s3api put-object --bucket far --key k --server-side-encryption aws:kms --ssekms-key-id arn:aws:kms:us-east-1:111122223333:key/${KEY}`,
    'KMS.NotFoundException',
    'the key is in us-east-1, the bucket in eu-west-1',
  ],
  // Names that cannot be.
  [
    [],
    's3api create-bucket --bucket Photos',
    'InvalidBucketName',
    'a bucket name has 3 to 63 lowercase letters, digits, hyphens and dots, and "Photos" has "P"',
  ],
  [
    [],
    's3api create-bucket --bucket ab',
    'InvalidBucketName',
    'a bucket name has 3 to 63 lowercase letters, digits, hyphens and dots, and "ab" has 2 characters',
  ],
  [
    [],
    's3api create-bucket --bucket=-ab',
    'InvalidBucketName',
    'a bucket name begins and ends with a letter or digit, not "-ab"',
  ],
  [[], 's3api create-bucket --bucket xn--ab', 'InvalidBucketName', 'AWS reserves bucket names that begin with xn--'],
  [
    [],
    's3api create-bucket --bucket 10.0.0.1',
    'InvalidBucketName',
    'a bucket name cannot look like an IP address, as "10.0.0.1" does',
  ],
  [
    [],
    `kms create-alias --alias-name app2 --target-key-id ${KEY}`,
    'ValidationException',
    'did you mean "alias/app2"?',
  ],
  [
    [],
    `kms create-alias --alias-name alias/aws/x --target-key-id ${KEY}`,
    'NotAuthorizedException',
    'names that begin with alias/aws/ are reserved for AWS managed keys',
  ],
  [
    [],
    'kms get-key-policy --key-id alias/app',
    'InvalidArnException',
    'pass the key id or the key ARN, which ssebox kms describe-key prints for an alias',
  ],
  [
    [],
    'kms revoke-grant --key-id KEY --grant-id abc',
    'InvalidGrantIdException',
    'a grant id has 64 hexadecimal digits, and "abc" does not',
  ],
  // Keys: state, usage, spec, algorithm.
  [
    ['kms disable-key --key-id KEY'],
    'kms encrypt --key-id KEY --plaintext aGk=',
    'DisabledException',
    'enable it with ssebox kms enable-key --key-id KEY',
  ],
  [
    ['kms disable-key --key-id KEY'],
    's3 cp policy.json s3://photos/x --sse aws:kms --sse-kms-key-id alias/app',
    'KMS.DisabledException',
    'enable it with ssebox kms enable-key --key-id KEY',
  ],
  [
    ['kms schedule-key-deletion --key-id KEY'],
    'kms encrypt --key-id KEY --plaintext aGk=',
    'KMSInvalidStateException',
    'keep it with ssebox kms cancel-key-deletion --key-id KEY',
  ],
  [
    [],
    'kms sign --key-id KEY --message aGk= --signing-algorithm ECDSA_SHA_256',
    'InvalidKeyUsageException',
    'Sign needs a key with the usage SIGN_VERIFY, which ssebox kms create-key --key-usage SIGN_VERIFY creates',
  ],
  [
    [],
    'kms encrypt --key-id KEY --plaintext aGk= --encryption-algorithm RSAES_OAEP_SHA_1',
    'InvalidKeyUsageException',
    'keys of this spec support SYMMETRIC_DEFAULT',
  ],
  [
    [],
    'kms create-key --key-spec RSA_2048 --key-usage GENERATE_VERIFY_MAC',
    'ValidationException',
    'the usages of RSA_2048 are ENCRYPT_DECRYPT and SIGN_VERIFY',
  ],
  [[], 'kms create-key --key-spec RSA_2047', 'ValidationException', 'did you mean "RSA_2048"'],
  [
    [],
    'kms get-public-key --key-id KEY',
    'UnsupportedOperationException',
    'this needs an asymmetric key, and the key spec of this one is SYMMETRIC_DEFAULT',
  ],
  [
    [],
    'kms get-parameters-for-import --key-id KEY --wrapping-algorithm RSAES_OAEP_SHA_256 --wrapping-key-spec RSA_2048',
    'UnsupportedOperationException',
    'this is for keys with imported material, which ssebox kms create-key --origin EXTERNAL creates',
  ],
  [
    ['kms encrypt --key-id KEY --plaintext aGk= --encryption-context a=b --query CiphertextBlob --output text > blob'],
    'kms decrypt --ciphertext-blob BLOB --encryption-context a=c',
    'InvalidCiphertextException',
    'the encryption context must be the one that it was encrypted with, letter for letter, and this call gave {"a":"c"}; or the ciphertext was changed',
  ],
  [
    ['kms encrypt --key-id KEY --plaintext aGk= --encryption-context a=b --query CiphertextBlob --output text > blob'],
    'kms decrypt --ciphertext-blob BLOB',
    'InvalidCiphertextException',
    'the encryption context must be the one that it was encrypted with, letter for letter, and this call gave none; or the ciphertext was changed',
  ],
  // Values of S3.
  [
    [],
    's3api put-object --bucket photos --key k --storage-class COLD',
    'InvalidStorageClass',
    'the allowed values are STANDARD, ',
  ],
  [
    ['s3api create-bucket --bucket listed --object-ownership ObjectWriter'],
    's3api put-object --bucket listed --key k --acl public',
    'InvalidArgument',
    'the allowed values are private, ',
  ],
  // What S3's schema does not have.
  [
    [],
    's3api put-bucket-versioning --bucket photos --versioning-configuration Status=Enable',
    'MalformedXML',
    'Status must be Enabled or Suspended, not "Enable": did you mean "Enabled"?',
  ],
  [
    [],
    's3api put-bucket-encryption --bucket photos --server-side-encryption-configuration {"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"AES-256"}}]}',
    'MalformedXML',
    'SSEAlgorithm must be AES256, aws:kms or aws:kms:dsse, not "AES-256": did you mean "AES256"?',
  ],
  [
    [],
    's3api put-bucket-encryption --bucket photos --server-side-encryption-configuration {"Rules":[]}',
    'MalformedXML',
    'Rules must have exactly 1 element, not 0',
  ],
  [
    [],
    's3api put-bucket-encryption --bucket photos --server-side-encryption-configuration {"Rules":[{"BlockedEncryptionTypes":{"EncryptionType":["SSE-D"]}}]}',
    'MalformedXML',
    'EncryptionType must be NONE or SSE-C, not "SSE-D": did you mean "SSE-C"?',
  ],
  [
    [],
    's3api put-bucket-ownership-controls --bucket photos --ownership-controls Rules=[{ObjectOwnership=BucketOwner}]',
    'MalformedXML',
    'ObjectOwnership must be BucketOwnerEnforced, BucketOwnerPreferred or ObjectWriter, not "BucketOwner"',
  ],
  [
    [],
    's3api put-bucket-lifecycle-configuration --bucket photos --lifecycle-configuration {"Rules":[{"Status":"Enabled","Filter":{}},{"Status":"On","Filter":{}}]}',
    'MalformedXML',
    'Rules[1].Status must be Enabled or Disabled, not "On"',
  ],
  [
    [],
    's3api put-bucket-lifecycle-configuration --bucket photos --lifecycle-configuration {"Rules":[{"Status":"Enabled","Filter":{"Prefix":"a"},"Prefix":"a"}]}',
    'MalformedXML',
    'a rule has either a Filter or a Prefix',
  ],
  [
    [],
    's3api put-bucket-lifecycle-configuration --bucket photos --lifecycle-configuration {"Rules":[{"Status":"Enabled","Filter":{},"Expiration":{}}]}',
    'MalformedXML',
    'an Expiration has exactly one of Date, Days and ExpiredObjectDeleteMarker',
  ],
  [
    [],
    's3api put-bucket-accelerate-configuration --bucket photos --accelerate-configuration {}',
    'MalformedXML',
    'Status is missing: it must be Enabled or Suspended',
  ],
  [
    [],
    's3api put-bucket-request-payment --bucket photos --request-payment-configuration Payer=Me',
    'MalformedXML',
    'Payer must be Requester or BucketOwner, not "Me"',
  ],
  [
    [],
    's3api put-bucket-analytics-configuration --bucket photos --id a --analytics-configuration {"Id":"a","Filter":{"And":{"Prefix":"x"}},"StorageClassAnalysis":{}}',
    'MalformedXML',
    'a Filter has exactly one of Prefix, Tag and And, and an And has two predicates or more',
  ],
  [
    [],
    's3api delete-objects --bucket photos --delete {"Objects":[]}',
    'MalformedXML',
    'Objects must have from 1 to 1000 elements, not 0',
  ],
  [
    [],
    's3api put-object --bucket photos --key k --server-side-encryption aws:kmss',
    'InvalidArgument',
    'the allowed values are AES256, aws:kms and aws:kms:dsse: did you mean "aws:kms"?',
  ],
  [
    [],
    's3api put-object --bucket photos --key k --acl public-read',
    'AccessControlListNotSupported',
    'the object ownership of the bucket is BucketOwnerEnforced: use a bucket policy, or ssebox s3api put-bucket-ownership-controls',
  ],
  [
    [],
    's3api get-object --bucket photos --key harbour.txt --range bytes=9999999- out',
    'InvalidRange',
    'the object has ',
  ],
  [
    [],
    's3api get-object --bucket photos --key harbour.txt --if-match x out',
    'PreconditionFailed',
    'the condition that did not hold is If-Match',
  ],
  [
    [],
    's3api delete-bucket --bucket photos',
    'BucketNotEmpty',
    'ssebox bucket delete photos --force deletes it with every version in it',
  ],
  [
    [],
    's3api put-object --bucket photos --key k --grant-read id=x --expected-bucket-owner 444455556666',
    'AccessDenied',
    'the owner of the bucket is not 444455556666, which --expected-bucket-owner names',
  ],
  [
    [],
    'kms list-keys --no-sign-request',
    'MissingAuthenticationTokenException',
    'the request is not signed, so it has no caller: leave out --no-sign-request',
  ],
  [
    [],
    'iam delete-policy --policy-arn arn:aws:iam::aws:policy/ReadOnlyAccess',
    'AccessDenied',
    'create a policy of your own with ssebox iam create-policy, and attach that',
  ],
  // Where the line says it all.
  [[], 'iam create-user --user-name bob', 'EntityAlreadyExists', undefined],
])('%j; %s: %s: %s', async ([setup, command, refusal, wanted]) => {
  const { ssebox, ok, path, folder } = await newSample();
  const { out } = await ok('kms describe-key --key-id alias/app --query KeyMetadata.KeyId --output text'.split(' '));
  const key = out.trim();
  let blob = '';
  const wordsOf = (line: string) =>
    line
      .split(' ')
      .map((word) =>
        word
          .replace(/^KEY$/, key)
          .replace('BLOB', blob)
          .replace('policy.json', path('policy.json'))
          .replace(/^out$/, `${folder}/out`),
      );
  writeFileSync(path('policy.json'), POLICY);
  for (const line of setup) {
    const [words = '', file] = line.split(' > ');
    const done = await ok(wordsOf(words));
    if (file !== undefined) blob = done.out.trim();
  }
  const words = wordsOf(command);
  const { code, err } = await ssebox(words, { terminal: 400 });
  const [line = '', ...rest] = lines(err);
  expect(code).toBe(words[0] === 's3' && words[1] === 'cp' ? 1 : 254);
  expect(line).toContain(`An error occurred (${refusal}) when calling`);
  const hint = wanted?.replace(/KEY$/, key);
  expect(rest).toEqual(hint === undefined ? [] : [expect.stringContaining(`hint: ${hint}`)]);
  const piped = await ssebox(words);
  expect(piped.err.trimEnd()).toBe(line.trimEnd());
  if (hint === undefined) return;
  const explained = await ok(['explain', 'last', '--output', 'tree']);
  const said = explained.out.replaceAll(/\s+/g, '');
  expect(said).toContain(`!${hint.replaceAll(/\s+/g, '')}`);
});

test('names beyond the first page are not counted', async () => {
  const { ssebox, ok, path } = await newSample();
  mkdirSync(path('many'));
  for (let i = 100; i <= 200; i++) writeFileSync(path(`many/${i}`), '');
  await ok(['s3', 'cp', path('many'), 's3://drafts/many/', '--recursive']);
  const hintAfter = async (key: string) => {
    const { err } = await ssebox(['s3api', 'get-object', '--bucket', 'drafts', '--key', key, path('out')], {
      terminal: 400,
    });
    return lines(err)[1];
  };
  const eight = Array.from({ length: 8 }, (_, i) => `many/10${i}`).join(', ');
  expect(await hintAfter('many/none')).toBe(`hint: in many/ there are ${eight} and others`);
  await ok(['s3', 'rm', 's3://drafts/many/200']);
  expect(await hintAfter('many/none')).toBe(`hint: in many/ there are ${eight} and 92 more`);
});

test('listing names leaves no trace', async () => {
  const { ssebox, ok } = await newSample();
  const count = async (event: string) =>
    Number((await ok(['trail', 'lookup', '--event', event, '--query', 'length(Events)'])).out);
  const counts = async () => Promise.all(['DescribeKey', 'ListAliases', 'ListBuckets'].map(count));
  const [described = 0, ...listed] = await counts();
  await ssebox(['s3api', 'list-objects-v2', '--bucket', 'elsewhere'], { terminal: 100 });
  await ssebox(['kms', 'describe-key', '--key-id', 'alias/other'], { terminal: 100 });
  expect(await counts()).toEqual([described + 1, ...listed]);
});

test.for([
  ['s3://photos/harbor.txt', [], 'NoSuchKey', 'did you mean harbour.txt? there are '],
  ['s3://photos/nothing/x', [], 'NoSuchKey', 'there are no objects in nothing/'],
  ['s3://photo/x', [], 'NoSuchBucket', 'did you mean photos? the buckets are drafts, photos, reports'],
  ['s3://photos/harbour.txt', ['--version-id', 'AAAA'], 'NoSuchVersion', 'the versions of this key are null'],
  ['s3://photos/harbor.txt', ['--as', 'user/quiet'], 'NoSuchKey', undefined],
] as const)('inspecting %s with %j is %s: %s', async ([object, options, code, hint]) => {
  const { ok, ssebox } = await newSample();
  await ok(quietly.split(' '));
  const { code: exit, err } = await ssebox(['s3', 'inspect', object, ...options], { terminal: 400 });
  const [refusal, below, ...rest] = lines(err);
  expect([exit, refusal, rest]).toEqual([254, expect.stringContaining(`An error occurred (${code}): `), []]);
  expect(below).toEqual(hint && expect.stringContaining(`hint: ${hint}`));
});

test('--debug shows the steps of the refused call, not of the listing behind the hint', async () => {
  const { ssebox } = await newSample();
  const words = ['kms', 'describe-key', '--key-id', 'alias/other', '--debug'];
  const { err } = await ssebox(words, { terminal: 400 });
  expect(err).toContain('hint: there are alias/app');
  expect(err).toContain('debug: kms DescribeKey');
  expect(err).not.toContain('ListAliases');
});
