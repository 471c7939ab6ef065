/** Objects: what is stored of them, and under which conditions they are read and written. Amazon S3 API Reference. */

import { createHash } from 'node:crypto';
import { bytesOf } from './bytes.ts';
import { requireRefusal, requireSame, Wrong } from './outcome.ts';
import type { Row } from './row.ts';

const TEXT = Buffer.from('0123456789');
const OTHER = Buffer.from('other bytes');

const md5 = (bytes: Uint8Array): Buffer => createHash('md5').update(bytes).digest();

export const objectRows: readonly Row[] = [
  {
    name: 'put and get',
    async probe({ call, put, bucket: Bucket }) {
      const Key = 'objects/plain';
      const { ETag } = await put(Key, TEXT, { ContentType: 'text/x-check', Metadata: { colour: 'blue' } });
      const { Body, ContentType, Metadata, ETag: read } = await call('s3', 'GetObject', { Bucket, Key });
      requireSame('the object', Buffer.from(await bytesOf(Body)).toString(), TEXT.toString());
      requireSame('Content-Type', ContentType, 'text/x-check');
      requireSame('the metadata "colour"', Metadata?.colour, 'blue');
      requireSame('the ETag of GetObject', read, ETag);
      await requireRefusal(
        'what is not there',
        () => call('s3', 'GetObject', { Bucket, Key: 'objects/none' }),
        'NoSuchKey',
      );
      if (!/^"[0-9a-f]{32}"$/.test(`${ETag}`)) throw new Wrong(`the ETag is ${ETag}`, '32 hex digits in quotes');
      return ETag === `"${md5(TEXT).toString('hex')}"` ? undefined : 'the ETag is not the MD5';
    },
  },
  {
    name: 'keys of any characters',
    async probe({ put, read, call, bucket: Bucket }) {
      const Key = "odd/ a+b%2F&c=d?é~(1)*'\u{1f511}/.";
      await put(Key, TEXT);
      requireSame('the object', await read(Key), TEXT.toString());
      const { Contents = [] } = await call('s3', 'ListObjectsV2', { Bucket, Prefix: 'odd/' });
      requireSame('the key in a list', Contents.map((each) => each.Key).join(), Key);
    },
  },
  {
    name: 'lists by page, prefix and delimiter',
    async probe({ put, call, bucket: Bucket }) {
      for (const Key of ['list/1', 'list/2', 'list/folder/3']) await put(Key, TEXT);
      const input = { Bucket, Prefix: 'list/', Delimiter: '/' };
      const first = await call('s3', 'ListObjectsV2', { ...input, MaxKeys: 2 });
      requireSame('the first page', first.Contents?.map(({ Key }) => Key).join(), 'list/1,list/2');
      requireSame('IsTruncated', first.IsTruncated, true);
      const rest = await call('s3', 'ListObjectsV2', {
        ...input,
        ContinuationToken: first.NextContinuationToken,
      });
      requireSame('the common prefixes', rest.CommonPrefixes?.map(({ Prefix }) => Prefix).join(), 'list/folder/');
      requireSame('what is left of the keys', rest.Contents?.length ?? 0, 0);
    },
  },
  {
    name: 'copy, with metadata of its own',
    async probe({ put, call, bucket: Bucket }) {
      await put('copy/from', TEXT, { Metadata: { colour: 'blue' } });
      const input = { Bucket, Key: 'copy/to', CopySource: `${Bucket}/copy/from` } as const;
      await call('s3', 'CopyObject', { ...input, MetadataDirective: 'REPLACE', Metadata: { colour: 'red' } });
      const { Body, Metadata } = await call('s3', 'GetObject', { Bucket, Key: 'copy/to' });
      requireSame('the copy', Buffer.from(await bytesOf(Body)).toString(), TEXT.toString());
      requireSame('the metadata "colour"', Metadata?.colour, 'red');
    },
  },
  {
    name: 'delete several',
    async probe({ put, call, bucket: Bucket }) {
      const keys = ['several/1', 'several/2'];
      for (const Key of keys) await put(Key, TEXT);
      const Delete = { Objects: keys.map((Key) => ({ Key })) };
      const { Deleted = [] } = await call('s3', 'DeleteObjects', { Bucket, Delete });
      requireSame(
        'Deleted',
        Deleted.map(({ Key }) => Key)
          .sort()
          .join(),
        keys.join(),
      );
      const gone = () => call('s3', 'GetObject', { Bucket, Key: 'several/1' });
      await requireRefusal('an object that was deleted', gone, 'NoSuchKey');
    },
  },
  {
    name: 'ranges',
    async probe({ put, read, call, bucket: Bucket }) {
      const Key = 'ranges';
      await put(Key, TEXT);
      requireSame('bytes=2-5', await read(Key, { Range: 'bytes=2-5' }), '2345');
      requireSame('bytes=-3', await read(Key, { Range: 'bytes=-3' }), '789');
      const { ContentRange } = await call('s3', 'HeadObject', { Bucket, Key, Range: 'bytes=2-5' });
      requireSame('Content-Range', ContentRange, 'bytes 2-5/10');
      await requireRefusal('a range beyond the end', () => read(Key, { Range: 'bytes=10-' }), 'InvalidRange');
    },
  },
  {
    name: 'conditional reads',
    async probe({ put, read }) {
      const { ETag } = await put('reads', TEXT);
      requireSame('with its ETag in If-Match', await read('reads', { IfMatch: ETag }), TEXT.toString());
      const other = `"${md5(OTHER).toString('hex')}"`;
      await requireRefusal('another ETag in If-Match', () => read('reads', { IfMatch: other }), 'PreconditionFailed');
      requireSame('with another in If-None-Match', await read('reads', { IfNoneMatch: other }), TEXT.toString());
      await requireRefusal('its ETag in If-None-Match', () => read('reads', { IfNoneMatch: ETag }), '304');
    },
  },
  {
    name: 'conditional writes, If-None-Match',
    async probe({ put, read }) {
      const Key = 'writes/new';
      await put(Key, TEXT, { IfNoneMatch: '*' });
      await requireRefusal(
        'If-None-Match: * on what is there',
        () => put(Key, OTHER, { IfNoneMatch: '*' }),
        'PreconditionFailed',
      );
      requireSame('the object', await read(Key), TEXT.toString());
    },
  },
  {
    name: 'conditional writes, If-Match',
    async probe({ put, read }) {
      const Key = 'writes/changed';
      const { ETag } = await put(Key, TEXT);
      await put(Key, OTHER, { IfMatch: ETag });
      await requireRefusal('an old ETag in If-Match', () => put(Key, TEXT, { IfMatch: ETag }), 'PreconditionFailed');
      requireSame('the object', await read(Key), OTHER.toString());
    },
  },
  {
    name: 'conditional deletes',
    async probe({ put, read, call, bucket: Bucket }) {
      const Key = 'writes/deleted';
      const { ETag } = await put(Key, TEXT);
      const other = `"${md5(OTHER).toString('hex')}"`;
      const wrong = () => call('s3', 'DeleteObject', { Bucket, Key, IfMatch: other });
      await requireRefusal('another ETag in If-Match', wrong, 'PreconditionFailed');
      requireSame('the object', await read(Key), TEXT.toString());
      await call('s3', 'DeleteObject', { Bucket, Key, IfMatch: ETag });
      await requireRefusal('an object that was deleted', () => read(Key), 'NoSuchKey');
    },
  },
  {
    name: 'object tags',
    async probe({ put, call, bucket: Bucket }) {
      const Key = 'tags';
      await put(Key, TEXT, { Tagging: 'colour=blue' });
      const shown = async () => {
        const { TagSet = [] } = await call('s3', 'GetObjectTagging', { Bucket, Key });
        return TagSet.map((tag) => `${tag.Key}=${tag.Value}`).join();
      };
      requireSame('tags of the upload', await shown(), 'colour=blue');
      await call('s3', 'PutObjectTagging', { Bucket, Key, Tagging: { TagSet: [{ Key: 'colour', Value: 'red' }] } });
      requireSame('tags', await shown(), 'colour=red');
    },
  },
];
