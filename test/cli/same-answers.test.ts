/**
 * The same command lines over a store on this machine and over an endpoint, with an equal store behind it: the same
 * results, messages and exit codes.
 */

import { existsSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { newCommandLine } from '../support/command-line.ts';
import { startEndpoint } from '../support/endpoint.ts';
import { newWorld } from '../support/harness.ts';
import { parseLine, runLine } from '../support/shell-line.ts';
import { smallParts } from '../support/two-sides.ts';

/** One after the other; later ones use what earlier ones made, and the variables that they set. */
const LINES = [
  // Who asks, and what nobody has.
  'ssebox sts get-caller-identity --query "[Account,Arn]"',
  'ssebox sts get-caller-identity --query Arn --output yaml',
  'ssebox kms list-keys',
  'ssebox kms list-keys --output text',
  'ssebox s3 ls',
  'ssebox s3api list-buckets --query Buckets',
  // Keys.
  'KEY=$(ssebox kms create-key --description "a key" --tags TagKey=team,TagValue=red --query KeyMetadata.KeyId --output text)',
  'ssebox kms create-alias --alias-name alias/a --target-key-id "$KEY"',
  'ssebox kms describe-key --key-id alias/a',
  'ssebox kms describe-key --key-id alias/a --output table',
  'ssebox kms describe-key --key-id alias/a --output text',
  'ssebox kms describe-key --key-id alias/a --output yaml',
  'ssebox kms describe-key --key-id alias/a --query "KeyMetadata.[KeyState,Enabled,CreationDate]" --output text',
  'ssebox kms list-resource-tags --key-id "$KEY"',
  'ssebox kms get-key-policy --key-id "$KEY" --query Policy --output text',
  'SEALED=$(ssebox kms encrypt --key-id alias/a --plaintext aGVsbG8= --encryption-context a=b --query CiphertextBlob --output text)',
  'ssebox kms decrypt --ciphertext-blob "$SEALED" --encryption-context a=b',
  'ssebox kms decrypt --ciphertext-blob "$SEALED" --encryption-context a=b --query Plaintext --output text --raw',
  'ssebox kms decrypt --ciphertext-blob "$SEALED" --encryption-context a=c',
  'ssebox kms decrypt --ciphertext-blob "$SEALED" --error-format json',
  'ssebox kms generate-data-key --key-id alias/a --key-spec AES_256 --query KeyId --output text',
  'ssebox kms enable-key-rotation --key-id "$KEY" --rotation-period-in-days 180',
  'ssebox kms get-key-rotation-status --key-id "$KEY"',
  'ssebox kms rotate alias/a',
  'ssebox kms list-key-rotations --key-id "$KEY"',
  'ssebox kms disable-key --key-id "$KEY"',
  'ssebox kms encrypt --key-id "$KEY" --plaintext aGVsbG8=',
  'ssebox kms enable-key --key-id "$KEY"',
  'ssebox kms describe-key --key-id alias/none',
  'ssebox kms describe-key --key-id alias/none --error-format json',
  'ssebox kms create-alias --alias-name "not an alias" --target-key-id "$KEY"',
  'ssebox kms create-key --key-spec NONE',
  'ssebox kms describe-key',
  'ssebox kms create-key --query KeyMetadata.KeyState --output text && ssebox kms create-key --query KeyMetadata.KeySpec --output text',
  'ssebox kms list-keys --max-items 1 --query "length(Keys)"',
  'ssebox kms list-keys --page-size 1 --query "length(Keys)"',
  'ssebox kms list-keys --no-paginate --limit 2 --query "[length(Keys),Truncated]"',
  'ssebox kms list-aliases --output table --query "Aliases[?starts_with(AliasName, \'alias/a\') && TargetKeyId].[AliasName]"',
  // Buckets.
  'ssebox s3 mb s3://photos && ssebox s3 mb s3://photos',
  'ssebox s3 mb s3://NO',
  'ssebox s3api create-bucket --bucket logs --region eu-west-1 --create-bucket-configuration LocationConstraint=eu-west-1',
  'ssebox s3api get-bucket-location --bucket logs --region eu-west-1',
  'ssebox s3api get-bucket-location --bucket photos',
  'ssebox s3 ls --output text',
  'ssebox bucket encrypt photos --kms --key alias/a',
  'ssebox bucket show photos',
  'ssebox bucket show none',
  'ssebox s3api put-bucket-versioning --bucket photos --versioning-configuration Status=Enabled',
  'ssebox s3api get-bucket-versioning --bucket photos',
  'ssebox s3api get-bucket-policy --bucket photos',
  'ssebox s3api get-bucket-policy --bucket photos --error-format json',
  'ssebox s3api put-bucket-tagging --bucket photos --tagging "TagSet=[{Key=a,Value=b}]"',
  'ssebox s3api get-bucket-tagging --bucket photos --output yaml',
  'ssebox s3api head-bucket --bucket photos',
  'ssebox s3api head-bucket --bucket none',
  // Objects.
  'ssebox s3 put file s3://photos/a/one.txt',
  'ssebox s3 put - s3://photos/piped',
  'ssebox s3 cp file s3://photos/two.txt --no-progress --metadata colour=red',
  'ssebox s3 cp big s3://photos/big --no-progress',
  'ssebox s3 ls s3://photos',
  'ssebox s3 ls s3://photos --recursive --human-readable --summarize',
  'ssebox s3api list-objects-v2 --bucket photos --query "Contents[].[Key,Size,StorageClass]" --output text',
  'ssebox s3api list-objects-v2 --bucket photos --max-items 2 --query "Contents[].Key"',
  'ssebox s3api list-objects-v2 --bucket photos --page-size 1 --query "Contents[].Key" --output text',
  'ssebox s3api list-objects-v2 --bucket photos --delimiter / --query "CommonPrefixes"',
  'ssebox s3api head-object --bucket photos --key two.txt --query "[ContentLength,Metadata,ServerSideEncryption,ContentType,LastModified]"',
  'ssebox s3api head-object --bucket photos --key none',
  'ssebox s3api head-object --bucket photos --key none --error-format json',
  'ssebox s3api get-object --bucket photos --key none -',
  'ssebox s3api get-object --bucket photos --key two.txt --range bytes=0-4 got --query "[ContentRange,ContentLength]"',
  'ssebox s3api get-object --bucket photos --key two.txt --if-match abc got',
  'ssebox s3api get-object --bucket photos --key two.txt --range bytes=999- got',
  'ssebox s3 get s3://photos/a/one.txt -',
  'ssebox s3 cp s3://photos/piped -',
  'ssebox s3 cp s3://photos/big got --no-progress',
  'ssebox s3 cp s3://photos/none got --no-progress',
  'ssebox s3 cp s3://photos/two.txt s3://photos/copied --no-progress',
  'ssebox s3 cp s3://photos s3://photos/all --recursive --no-progress',
  'ssebox s3 rm s3://photos/all/big',
  'ssebox s3 sync s3://photos folder --no-progress',
  'ssebox s3 sync folder s3://photos --no-progress',
  'ssebox s3 sync folder s3://photos --delete --dryrun',
  'ssebox s3 sync s3://photos folder --no-progress --exact-timestamps --size-only',
  'ssebox s3 sync s3://photos folder --no-progress --exact-timestamps',
  'ssebox s3 sync s3://photos/all/a s3://photos/more --no-progress && ssebox s3 sync s3://photos/all/a s3://photos/more',
  'ssebox s3 cp s3://photos/two.txt s3://photos/more/extra --no-progress',
  'ssebox s3 sync s3://photos/all/a s3://photos/more --delete --exclude "*"',
  'ssebox s3 sync s3://photos/all/a s3://photos/more --delete --no-progress',
  // Copies: what goes along, and by which operations.
  'ssebox s3 cp big s3://photos/props --metadata a=b --cache-control private --no-progress',
  'ssebox s3api put-object-tagging --bucket photos --key props --tagging "TagSet=[{Key=a,Value=b}]"',
  'ssebox s3 cp s3://photos/props s3://photos/props-1 --copy-props default --no-progress',
  'ssebox s3api head-object --bucket photos --key props-1 --query "[Metadata,CacheControl,TagCount,ETag]"',
  'ssebox s3 cp s3://photos/two.txt s3://photos/props-2 --copy-props none --no-progress',
  'ssebox s3api head-object --bucket photos --key props-2 --query "[Metadata,ETag]"',
  'ssebox s3 cp s3://photos/two.txt s3://photos/props-3 --copy-props metadata-directive --content-language de --no-progress',
  'ssebox s3api head-object --bucket photos --key props-3 --query "[Metadata,ContentLanguage]"',
  'ssebox s3api copy-object --bucket photos --key two-b.txt --copy-source photos/two.txt --query CopyObjectResult.ETag',
  'ssebox s3api copy-object --bucket photos --key two.txt --copy-source photos/two.txt',
  'ssebox s3api copy-object --bucket photos --key x --copy-source photos/none',
  'ssebox s3api copy-object --bucket photos --key x --copy-source photos/two.txt --copy-source-if-match abc',
  'COPY=$(ssebox s3api create-multipart-upload --bucket photos --key joined --query UploadId --output text)',
  'ssebox s3api upload-part-copy --bucket photos --key joined --upload-id "$COPY" --part-number 1 --copy-source photos/big --copy-source-range bytes=0-99 --query CopyPartResult.ETag',
  'ssebox s3api upload-part-copy --bucket photos --key joined --upload-id "$COPY" --part-number 2 --copy-source photos/two.txt --copy-source-range bytes=9-99',
  'ssebox s3api list-parts --bucket photos --key joined --upload-id "$COPY" --query "Parts[].[PartNumber,Size,ETag]" --output text',
  'ssebox s3api abort-multipart-upload --bucket photos --key joined --upload-id "$COPY"',
  'ssebox s3 mv s3://photos/copied s3://photos/moved --no-progress',
  'ssebox s3 rm s3://photos/moved && ssebox s3 rm s3://photos/moved',
  'ssebox s3 versions s3://photos/moved',
  'ssebox s3api list-object-versions --bucket photos --prefix moved --query "[length(Versions),length(DeleteMarkers)]"',
  'ssebox s3api put-object-tagging --bucket photos --key two.txt --tagging "TagSet=[{Key=a,Value=b}]"',
  'ssebox s3api get-object-tagging --bucket photos --key two.txt --query TagSet',
  'ssebox s3api delete-objects --bucket photos --delete "Objects=[{Key=none},{Key=piped}]" --query "length(Deleted)"',
  'UPLOAD=$(ssebox s3api create-multipart-upload --bucket photos --key parts --query UploadId --output text)',
  'ssebox s3api list-multipart-uploads --bucket photos --query "Uploads[].Key"',
  'ssebox s3api complete-multipart-upload --bucket photos --key parts --upload-id "$UPLOAD"',
  'ssebox s3api abort-multipart-upload --bucket photos --key parts --upload-id "$UPLOAD"',
  'ssebox s3 rb s3://photos',
  'ssebox s3 rb s3://logs --region eu-west-1',
  // Waiters.
  'ssebox s3api wait bucket-exists --bucket photos',
  'ssebox s3api wait object-exists --bucket photos --key two.txt',
  'ssebox s3api wait object-not-exists --bucket photos --key none',
  'ssebox s3api wait bucket-exists --bucket none',
  // IAM, CloudTrail, quotas, metrics.
  'ssebox iam create-user --user-name sue --query "User.[UserName,Arn,CreateDate]"',
  'ssebox iam create-user --user-name sue',
  'ssebox iam get-user --user-name none',
  'ssebox iam list-users --query "Users[].UserName"',
  'ssebox iam put-user-policy --user-name sue --policy-name p --policy-document "{}"',
  'ssebox iam list-attached-user-policies --user-name sue',
  'ssebox cloudtrail describe-trails',
  'ssebox service-quotas list-services --query "length(Services)"',
  'ssebox s3control get-public-access-block --account-id 111122223333',
  'ssebox cloudwatch describe-alarms --query "[MetricAlarms,CompositeAlarms]"',
  // What is wrong on the command line is found before anything is sent.
  'ssebox kms describe-key --key-id x --nonsense',
  'ssebox s3api get-object --bucket photos',
  'ssebox kms list-keys --query "Keys["',
  'ssebox kms list-keys --region ma.rs',
];

/** In two parts, by the settings of `smallParts`. */
const BIG = 5 * 1024 ** 2 + 7;

/** What is another one each time: ids, ciphertexts and hashes of parts of them. */
const CHANCE: readonly (readonly [RegExp, string])[] = [
  [/[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/g, 'UUID'],
  [/\b[\da-f]{64}\b/g, 'HASH'],
  [/"RequestId":"\w+"/g, 'REQUEST'],
  // One may begin with a full stop, or have no digit.
  [/"VersionId": "[^"]{32}"/g, 'VERSION'],
  [/\bA[A-Z]{2}A[A-Z\d]{16,}\b/g, 'ID'],
  [/(?<![\w./+-])(?=\S*\d)[\w./+-]{32,}={0,2}/g, 'CHANCE'],
];

const withoutChance = (text: string, folder: string): string =>
  CHANCE.reduce((shown, [pattern, sign]) => shown.replace(pattern, sign), text.replaceAll(basename(folder), 'FOLDER'));

test('every command line gives the same result, message and exit code in the store and at an endpoint', async () => {
  const local = newCommandLine();
  const remote = newCommandLine();
  const world = newWorld();
  const { server, failures } = await startEndpoint(world);
  onTestFinished(() => server.close(0));
  const { AccessKey } = await world.call('iam', 'CreateAccessKey', { UserName: 'admin' });
  await local.ok(['iam', 'create-access-key', '--user-name', 'admin']);
  const credentials = { AWS_ACCESS_KEY_ID: AccessKey.AccessKeyId, AWS_SECRET_ACCESS_KEY: AccessKey.SecretAccessKey };
  for (const { path } of [local, remote]) {
    writeFileSync(path('file'), 'hello world\n');
    writeFileSync(path('big'), Buffer.alloc(BIG, 'ssebox'));
  }
  const small = smallParts(local);
  const FILES = new Set(['file', 'big', 'got', 'folder']);
  const variables = [new Map<string, string>(), new Map<string, string>()];
  for (const [i, line] of LINES.entries()) {
    // By turns with the option and with the variable.
    const isByOption = i % 2 === 0;
    const shown: string[][] = [[], []];
    for (const [j, { ssebox, path, folder }] of [local, remote].entries()) {
      const commands = parseLine(line) ?? expect.fail(line);
      const call = async (words: readonly string[]) => {
        const named = words.map((word) => (FILES.has(word) ? path(word) : word));
        const ended =
          j === 0
            ? await ssebox(named, { stdin: 'piped\n', variables: small })
            : await ssebox(isByOption ? [...named, '--endpoint-url', server.url] : named, {
                stdin: 'piped\n',
                variables: {
                  ...small,
                  ...credentials,
                  SSEBOX_STORE: '',
                  ...(!isByOption && { AWS_ENDPOINT_URL: server.url }),
                },
              });
        // Files on their way at the same time arrive in any order.
        const out = line.includes('--no-progress') ? ended.out.split('\n').toSorted().join('\n') : ended.out;
        shown[j]?.push(withoutChance(`${ended.code}\n${out}${ended.err}`, folder));
        return ended;
      };
      await runLine(commands, call, variables[j]);
    }
    expect(`${line}\n${shown[1]?.join('\n')}`).toBe(`${line}\n${shown[0]?.join('\n')}`);
  }
  expect(existsSync(remote.store)).toBe(false);
  expect(existsSync(remote.path('.ssebox'))).toBe(false);
  expect(failures).toEqual([]);
});
