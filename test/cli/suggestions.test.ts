/** Mistakes on a command line, and what is suggested instead. */

import { expect, test } from 'vitest';
import { newCommandLine } from '../support/command-line.ts';

test.for<[string, string]>([
  ['kms rotate-key', "unknown command 'rotate-key' (Did you mean rotate or rotate-key-on-demand?)"],
  ['kms creat-key', "unknown command 'creat-key' (Did you mean create-key?)"],
  ['kms CreateKey', "unknown command 'CreateKey' (Did you mean create-key?)"],
  ['kms list', "unknown command 'list' (Did you mean ls?)"],
  ['kms delete-key', "unknown command 'delete-key' (Did you mean schedule-key-deletion?)"],
  ['s3 list s3://photos', "unknown command 'list' (Did you mean ls?)"],
  ['s3 delete s3://photos/x', "unknown command 'delete' (Did you mean rm?)"],
  ['bucket remove photos', "unknown command 'remove' (Did you mean delete?)"],
  ['iam new-user', "unknown command 'new-user' (Did you mean create-user?)"],
  ['iam remove-role', "unknown command 'remove-role' (Did you mean delete-role?)"],
  ['kms frobnicate', "unknown command 'frobnicate'"],
  ['kms create-key --key-specc X', "unknown option '--key-specc' (Did you mean --key-spec?)"],
  ['kms describe-key --id x', "unknown option '--id' (Did you mean --key-id?)"],
  ['kms describe-key --keyid=x', "unknown option '--keyid=x' (Did you mean --key-id?)"],
  ['kms ls --regoin x', "unknown option '--regoin' (Did you mean --region?)"],
  ['s3api put-object --bucket b --frobnicate', "unknown option '--frobnicate'"],
  ['s3 ls s3://b --page-size x --summarise', "unknown option '--summarise' (Did you mean --summarize?)"],
])('%s: %s', async ([command, message]) => {
  const { code, err } = await newCommandLine().ssebox(command.split(' '));
  expect([code, err]).toEqual([252, `${message}\n`]);
});

test.for<[string, string]>([
  ['kms ls --output jsno', 'hint: did you mean "json"?'],
  ['kms ls --region us-esat-1', 'hint: did you mean "us-east-1"?'],
])('%s: %s', async ([command, hint]) => {
  const { code, err } = await newCommandLine().ssebox(command.split(' '), { terminal: 100 });
  expect([code, err.trimEnd().split('\n').at(-1)]).toEqual([252, expect.stringContaining(hint)]);
});
