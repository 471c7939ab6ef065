/** `ssebox s3`: objects, for people; and the AWS CLI's s3 commands. */

import type { CommandNode } from '../command.ts';
import { copy, cp, mv } from './s3/cp.ts';
import { inspect } from './s3/inspect.ts';
import { ls } from './s3/ls.ts';
import { mb, rb } from './s3/mb-rb.ts';
import { presign } from './s3/presign.ts';
import { get, put } from './s3/put-get.ts';
import { replicate } from './s3/replicate.ts';
import { rm } from './s3/rm.ts';
import { sync } from './s3/sync.ts';
import { versions } from './s3/versions.ts';
import { website } from './s3/website.ts';

export const s3Commands: readonly CommandNode[] = [
  put,
  get,
  copy,
  ls,
  inspect,
  versions,
  replicate,
  cp,
  mv,
  rm,
  sync,
  mb,
  rb,
  presign,
  website,
];
