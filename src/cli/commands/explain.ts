/** `ssebox explain`: the whole decision about a call without making it: every gate, policy, statement, condition. */

import type { ServiceName } from '../../api/model/operations.ts';
import { type CommandNode, type GroupSpec, group } from '../command.ts';
import { last } from './explain/last.ts';
import { s3Explained } from './explain/s3.ts';

const operations = (name: string, service: ServiceName, summary: string): GroupSpec =>
  group({
    name,
    summary,
    load: async () => (await import('./explain/operations.ts')).explainedOperations(service),
  });

export const explainCommands: readonly CommandNode[] = [
  last,
  group({ name: 's3', summary: 'reading and writing objects', load: async () => s3Explained }),
  operations('kms', 'kms', 'these and every other operation of KMS: explain kms OPERATION [KEY] [flags]'),
  operations('s3api', 's3', 'every operation of S3: explain s3api OPERATION [flags]'),
  operations('iam', 'iam', 'every operation of IAM: explain iam OPERATION [flags]'),
  operations('sts', 'sts', 'every operation of STS: explain sts OPERATION [flags]'),
];
