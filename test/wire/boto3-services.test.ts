/** boto3 against an endpoint: a call, a refusal, pages and waiters of each service, as a program in Python sees them. */

import { expect, test } from 'vitest';
import { boto3, missingClient, newOutsideWorld } from '../support/outside-clients.ts';

const missing = missingClient('boto3');

/** What each group has found, or the error that ended it; one process for all, since Python takes long to start. */
const SERVICES = `
import datetime, time
groups = {}
def group(function):
    try:
        groups[function.__name__] = function()
    except Exception as error:
        groups[function.__name__] = '%s: %s' % (type(error).__name__, error)

@group
def kms():
    kms = client('kms')
    created = kms.create_key(Description='für alle', Tags=[{'TagKey': 'a', 'TagValue': 'ü'}])['KeyMetadata']
    blob = kms.encrypt(KeyId=created['KeyId'], Plaintext=bytes(range(256)), EncryptionContext={'a': 'ü'})['CiphertextBlob']
    for name in ('a', 'b', 'c'):
        kms.create_alias(AliasName='alias/' + name, TargetKeyId=created['KeyId'])
    pages = [page['Aliases'] for page in kms.get_paginator('list_aliases').paginate(PaginationConfig={'PageSize': 2})]
    signer = kms.create_key(KeySpec='ECC_NIST_P256', KeyUsage='SIGN_VERIFY')['KeyMetadata']['KeyId']
    signed = kms.sign(KeyId=signer, Message=b'm', SigningAlgorithm='ECDSA_SHA_256')['Signature']
    try:
        kms.describe_key(KeyId='alias/none')
    except kms.exceptions.NotFoundException as error:
        refused = error.response['Error']['Message']
    return {
        'key': [created['Description'], created['CreationDate'].tzinfo is not None, created['Enabled']],
        'decrypts': kms.decrypt(CiphertextBlob=blob, EncryptionContext={'a': 'ü'})['Plaintext'] == bytes(range(256)),
        'wrong context': refusal(kms.decrypt, CiphertextBlob=blob),
        'pages': [len(page) for page in pages],
        'verifies': kms.verify(KeyId=signer, Message=b'm', Signature=signed, SigningAlgorithm='ECDSA_SHA_256')['SignatureValid'],
        'refused': refused,
    }

@group
def iam():
    iam = client('iam')
    iam.create_user(UserName='bob', Path='/a/', Tags=[{'Key': 'team', 'Value': 'ä / b:c'}])
    iam.get_waiter('user_exists').wait(UserName='bob', WaiterConfig={'Delay': 0, 'MaxAttempts': 1})
    pages = [[user['UserName'] for user in page['Users']] for page in iam.get_paginator('list_users').paginate(PaginationConfig={'PageSize': 2})]
    trust = {'Version': '2012-10-17', 'Statement': [{'Effect': 'Allow', 'Principal': {'AWS': '111122223333'}, 'Action': 'sts:AssumeRole'}]}
    iam.create_role(RoleName='app', AssumeRolePolicyDocument=json.dumps(trust))
    iam.attach_role_policy(RoleName='app', PolicyArn='arn:aws:iam::aws:policy/AdministratorAccess')
    return {
        'user': [iam.get_user(UserName='bob')['User'][name] for name in ('Arn', 'Tags')],
        'pages': pages,
        # botocore undoes the encoding of policies.
        'trust': iam.get_role(RoleName='app')['Role']['AssumeRolePolicyDocument'] == trust,
        'twice': refusal(iam.create_user, UserName='bob'),
        'nobody': refusal(iam.get_user, UserName='eve'),
    }

@group
def sts():
    role = client('sts').assume_role(RoleArn='arn:aws:iam::111122223333:role/app', RoleSessionName='run')['Credentials']
    named = dict(aws_access_key_id=role['AccessKeyId'], aws_secret_access_key=role['SecretAccessKey'])
    session = boto3.Session(aws_session_token=role['SessionToken'], **named)
    without = boto3.Session(**named)
    return {
        'caller': session.client('sts').get_caller_identity()['Arn'],
        'buckets': session.client('s3').list_buckets()['Buckets'],
        'keys': len(session.client('kms').list_keys()['Keys']),
        'without its token': [refusal(without.client('sts').get_caller_identity), refusal(without.client('kms').list_keys), refusal(without.client('s3').list_buckets)],
    }

@group
def cloudtrail():
    attributes = [{'AttributeKey': 'EventName', 'AttributeValue': 'CreateAlias'}]
    pages = client('cloudtrail').get_paginator('lookup_events').paginate(LookupAttributes=attributes, PaginationConfig={'PageSize': 2})
    events = [event for page in pages for event in page['Events']]
    seen = json.loads(events[0]['CloudTrailEvent'])
    return [len(events), events[0]['Username'], seen['sourceIPAddress'], 'Botocore' in seen['userAgent'], isinstance(events[0]['EventTime'], datetime.datetime)]

@group
def cloudwatch():
    cloudwatch = client('cloudwatch')
    now = datetime.datetime.now(datetime.timezone.utc)
    dimensions = [{'Name': 'kind', 'Value': 'a b'}]
    cloudwatch.put_metric_data(Namespace='shop', MetricData=[{'MetricName': 'orders', 'Value': value, 'Unit': 'Count', 'Timestamp': now, 'Dimensions': dimensions} for value in (1, 2.5)])
    found = cloudwatch.get_metric_statistics(Namespace='shop', MetricName='orders', Dimensions=dimensions, StartTime=now - datetime.timedelta(hours=1), EndTime=now + datetime.timedelta(hours=1), Period=60, Statistics=['Sum', 'SampleCount'])['Datapoints']
    cloudwatch.put_metric_alarm(AlarmName='many', Namespace='shop', MetricName='orders', Statistic='Sum', Period=60, EvaluationPeriods=1, Threshold=0.5, ComparisonOperator='GreaterThanThreshold')
    cloudwatch.get_waiter('alarm_exists').wait(AlarmNames=['many'], WaiterConfig={'Delay': 0, 'MaxAttempts': 1})
    return {
        'protocol': cloudwatch.meta.service_model.resolved_protocol,
        'points': [[point['Sum'], point['SampleCount'], point['Unit'], point['Timestamp'] <= now] for point in found],
        'metrics': [metric['Dimensions'] for page in cloudwatch.get_paginator('list_metrics').paginate(Namespace='shop') for metric in page['Metrics']],
        'alarm': [alarm['Threshold'] for alarm in cloudwatch.describe_alarms(AlarmNames=['many'])['MetricAlarms']],
        'refused': refusal(cloudwatch.put_metric_data, Namespace='AWS/shop', MetricData=[{'MetricName': 'orders', 'Value': 1}]),
    }

@group
def organizations():
    organizations = client('organizations')
    before = refusal(organizations.describe_organization)
    made = organizations.create_organization(FeatureSet='ALL')['Organization']
    roots = [root for page in organizations.get_paginator('list_roots').paginate() for root in page['Roots']]
    unit = organizations.create_organizational_unit(ParentId=roots[0]['Id'], Name='team')['OrganizationalUnit']
    return [before, made['MasterAccountId'], len(roots), unit['Name'], refusal(organizations.create_organization)]

@group
def service_quotas():
    quotas = client('service-quotas')
    listed = [quota for page in quotas.get_paginator('list_service_quotas').paginate(ServiceCode='kms', PaginationConfig={'PageSize': 10}) for quota in page['Quotas']]
    one = quotas.get_service_quota(ServiceCode='kms', QuotaCode=listed[0]['QuotaCode'])['Quota']
    return [len(listed) > 10, one['Value'] == listed[0]['Value'], refusal(quotas.get_service_quota, ServiceCode='kms', QuotaCode='L-00000000')]

@group
def s3control():
    client('s3').create_bucket(Bucket='tagged')
    control = client('s3control')
    named = dict(AccountId='111122223333', ResourceArn='arn:aws:s3:::tagged')
    control.tag_resource(Tags=[{'Key': 'a', 'Value': 'b / ü'}, {'Key': 'c', 'Value': ''}], **named)
    control.untag_resource(TagKeys=['c'], **named)
    return [control.list_tags_for_resource(**named)['Tags'], refusal(control.list_tags_for_resource, AccountId='111122223333', ResourceArn='arn:aws:s3:::another')]

@group
def elsewhere():
    return [refusal(client('ec2').describe_instances), refusal(client('dynamodb').list_tables), refusal(client('sns').list_topics)]

print(json.dumps(groups))`;

test('the services answer boto3', async ({ skip }) => {
  if (missing) return skip(missing);
  const outside = await newOutsideWorld();
  expect(await boto3(SERVICES, outside)).toEqual({
    kms: {
      key: ['für alle', true, true],
      decrypts: true,
      'wrong context': '400 InvalidCiphertextException',
      pages: [2, 2],
      verifies: true,
      refused: 'Alias arn:aws:kms:us-east-1:111122223333:alias/none is not found.',
    },
    iam: {
      user: ['arn:aws:iam::111122223333:user/a/bob', [{ Key: 'team', Value: 'ä / b:c' }]],
      pages: [['admin', 'bob'], ['sam']],
      trust: true,
      twice: '409 EntityAlreadyExists',
      nobody: '404 NoSuchEntity',
    },
    sts: {
      caller: 'arn:aws:sts::111122223333:assumed-role/app/run',
      buckets: [],
      keys: 2,
      'without its token': ['403 InvalidClientTokenId', '400 UnrecognizedClientException', '403 InvalidAccessKeyId'],
    },
    cloudtrail: [3, 'sam', '127.0.0.1', true, true],
    cloudwatch: {
      protocol: expect.stringMatching(/^(smithy-rpc-v2-cbor|json|query)$/),
      points: [[3.5, 2, 'Count', true]],
      metrics: [[{ Name: 'kind', Value: 'a b' }]],
      alarm: [0.5],
      refused: '400 InvalidParameterValue',
    },
    organizations: [
      '400 AWSOrganizationsNotInUseException',
      '111122223333',
      1,
      'team',
      '400 AlreadyInOrganizationException',
    ],
    service_quotas: [true, true, '400 NoSuchResourceException'],
    s3control: [[{ Key: 'a', Value: 'b / ü' }], expect.stringMatching(/^404 NoSuch/)],
    elsewhere: ['501 NotImplemented', '501 NotImplemented', '501 NotImplemented'],
  });
  expect(outside.failures).toEqual([]);
});

const OBJECTS = `
import io, threading
from concurrent.futures import ThreadPoolExecutor
s3 = client('s3', max_pool_connections=32)
groups = {}
s3.create_bucket(Bucket='films')
s3.get_waiter('bucket_exists').wait(Bucket='films', WaiterConfig={'Delay': 0, 'MaxAttempts': 1})
s3.get_waiter('bucket_not_exists').wait(Bucket='none-of-this-name', WaiterConfig={'Delay': 0, 'MaxAttempts': 1})
kms = dict(ServerSideEncryption='aws:kms')

block = os.urandom(1 << 20)
class Film(io.RawIOBase):
    """100 MiB, of which no two MiB are alike."""
    size, at = 100 << 20, 0
    def readable(self): return True
    def seekable(self): return True
    def tell(self): return self.at
    def seek(self, offset, whence=0):
        self.at = (0, self.at, self.size)[whence] + offset
        return self.at
    def readinto(self, into):
        mib, within = divmod(self.at, 1 << 20)
        piece = (mib.to_bytes(8, 'big') + block[8:])[within:within + min(len(into), self.size - self.at)]
        into[:len(piece)] = piece
        self.at += len(piece)
        return len(piece)
class Digest:
    """Takes a download in whatever order its parts come."""
    def __init__(self): self.lock, self.at, self.wrong, self.total = threading.Lock(), 0, 0, 0
    def seekable(self): return True
    def tell(self): return self.at
    def seek(self, offset, whence=0): self.at = offset
    def write(self, piece):
        with self.lock:
            film = Film()
            film.seek(self.at)
            self.wrong += io.BufferedReader(film).read(len(piece)) != piece
            self.at += len(piece)
            self.total += len(piece)
        return len(piece)
s3.upload_fileobj(io.BufferedReader(Film()), 'films', 'long', ExtraArgs=kms)
s3.get_waiter('object_exists').wait(Bucket='films', Key='long', WaiterConfig={'Delay': 0, 'MaxAttempts': 1})
head = s3.head_object(Bucket='films', Key='long')
got = Digest()
s3.download_fileobj('films', 'long', got)
groups['100 MiB'] = [head['ContentLength'], head['ServerSideEncryption'], head['ETag'][-4:], got.total, got.wrong]

upload = dict(Bucket='films', Key='parts', UploadId=s3.create_multipart_upload(Bucket='films', Key='parts', **kms)['UploadId'])
together = threading.Barrier(32)
def send(number):
    body = number.to_bytes(4, 'big') * (5 << 18)
    together.wait()
    return {'PartNumber': number, 'ETag': s3.upload_part(PartNumber=number, Body=body, **upload)['ETag']}
with ThreadPoolExecutor(32) as pool:
    parts = list(pool.map(send, range(1, 33)))
listed = [part['PartNumber'] for page in s3.get_paginator('list_parts').paginate(PaginationConfig={'PageSize': 10}, **upload) for part in page['Parts']]
waiting = [each['Key'] for page in s3.get_paginator('list_multipart_uploads').paginate(Bucket='films') for each in page['Uploads']]
etag = s3.complete_multipart_upload(MultipartUpload={'Parts': parts}, **upload)['ETag']
part = s3.get_object(Bucket='films', Key='parts', PartNumber=7)
groups['32 parts'] = [listed == list(range(1, 33)), waiting, etag[-4:], part['PartsCount'], part['Body'].read() == (7).to_bytes(4, 'big') * (5 << 18)]

keys = ['a//b', 'a/../b', 'a b', 'a+b', 'a%2Fb', 'a&b=c?d#e', 'ä/😀', "it's (ok)!*", '//', 'x/', '<&>"', 'a\\tb', 'a\\nb']
for key in keys:
    s3.put_object(Bucket='films', Key='keys/' + key, Body=key.encode(), Metadata={'name': 'plain'})
pages = list(s3.get_paginator('list_objects_v2').paginate(Bucket='films', Prefix='keys/', PaginationConfig={'PageSize': 3}))
found = sorted(each['Key'][5:] for page in pages for each in page.get('Contents', []))
folders = [each['Prefix'] for page in s3.get_paginator('list_objects').paginate(Bucket='films', Prefix='keys/a/', Delimiter='/', PaginationConfig={'PageSize': 1}) for each in page.get('CommonPrefixes', [])]
versions = [each['Key'] for page in s3.get_paginator('list_object_versions').paginate(Bucket='films', Prefix='keys/', PaginationConfig={'PageSize': 4}) for each in page.get('Versions', [])]
virtual = boto3.client('s3', endpoint_url=os.environ['AWS_ENDPOINT_URL'].replace('127.0.0.1', 's3.localhost'), config=Config(s3={'addressing_style': 'virtual'}))
groups['keys'] = [found == sorted(keys), len(pages), folders, len(versions), [key for key in keys if virtual.get_object(Bucket='films', Key='keys/' + key)['Body'].read() != key.encode()]]
copied = s3.copy_object(Bucket='films', Key='copy', CopySource={'Bucket': 'films', 'Key': 'keys/a&b=c?d#e'}, MetadataDirective='REPLACE', Metadata={'name': 'other'})
deleted = s3.delete_objects(Bucket='films', Delete={'Objects': [{'Key': 'keys/' + key} for key in keys]})['Deleted']
s3.get_waiter('object_not_exists').wait(Bucket='films', Key='keys/x/', WaiterConfig={'Delay': 0, 'MaxAttempts': 1})
groups['copied'] = [s3.get_object(Bucket='films', Key='copy')['Body'].read().decode(), len(deleted)]
try:
    s3.get_object(Bucket='films', Key='nothing')
except s3.exceptions.NoSuchKey as error:
    groups['nothing'] = error.response['Error']
ranged = s3.get_object(Bucket='films', Key='long', Range='bytes=%d-' % (Film.size - 3))
groups['a range'] = [ranged['ContentRange'], ranged['Body'].read() == block[-3:]]
groups['refused'] = [
    refusal(s3.get_object, Bucket='films', Key='copy', IfNoneMatch=copied['CopyObjectResult']['ETag']),
    refusal(s3.get_object, Bucket='films', Key='copy', Range='bytes=100-'),
    refusal(s3.put_object, Bucket='films', Key='copy', Body=b'', IfNoneMatch='*'),
    refusal(s3.head_object, Bucket='films', Key='nothing'),
    refusal(s3.delete_bucket, Bucket='films'),
    refusal(boto3.client('s3', region_name='eu-west-1').create_bucket, Bucket='other'),
]
print(json.dumps(groups))`;

test('objects of boto3: large ones under KMS, in 32 parts at once, and keys of every kind', async ({ skip }) => {
  if (missing) return skip(missing);
  const outside = await newOutsideWorld();
  expect(await boto3(OBJECTS, outside)).toEqual({
    '100 MiB': [100 << 20, 'aws:kms', '-13"', 100 << 20, 0],
    '32 parts': [true, ['parts'], '-32"', 32, true],
    keys: [true, 5, ['keys/a/../', 'keys/a//'], 13, []],
    copied: ['a&b=c?d#e', 13],
    nothing: { Code: 'NoSuchKey', Message: 'The specified key does not exist.', Key: 'nothing' },
    'a range': [`bytes ${(100 << 20) - 3}-${(100 << 20) - 1}/${100 << 20}`, true],
    refused: [
      '304 304',
      '416 InvalidRange',
      '412 PreconditionFailed',
      '404 404',
      '409 BucketNotEmpty',
      '400 IllegalLocationConstraintException',
    ],
  });
  expect(outside.failures).toEqual([]);
});
