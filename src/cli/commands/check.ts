/** `ssebox check`: policy tests from files of YAML or JSON. */

import { UsageError } from '../../api/errors.ts';
import { command, type Needed, type Result } from '../command.ts';
import { knownFile } from '../known-file.ts';
import { statedIn, statedOptions } from './explain/stated.ts';

const withoutExample: Needed = ({ options }) => options.example !== true;

export const check = command({
  name: 'check',
  hasPage: true,
  summary: 'Check files of policy tests: who may do what, and which policy decides',
  description: `A file in YAML or JSON has a list "tests". A test has "as" (a caller in the forms of --as, or anonymous), "do" (a command line of s3, bucket or an AWS service, without ssebox), "expect" (allow, deny, or the code of an AWS error such as NoSuchKey), and optionally "name", "region", "context" (condition keys with their values) and "because" (what has to decide: key policy, bucket policy, identity policy, permissions boundary, service control policy, grant, the name of a policy or the Sid of a statement; several in a list). What is in "defaults" holds for every test that does not say it.

With "given", a file needs no store: it has "users", "groups", "roles", "keys" and "buckets" by their names, with their policies, and everything else that is there. A policy stands in the file or is the path of one, relative to the file. Users, groups and roles take "policies", "attached" (documents, or ARNs of managed policies), "tags", and except groups "boundary"; users "groups"; roles "trust". A key is named by an alias, its id or its ARN, and takes "policy", "aliases", "grants" ("grantee", "operations", "encryption-context-equals", "encryption-context-subset"), "state" (disabled or pending-deletion), "id", "region", "spec", "usage" and "tags". A bucket takes "policy", "encryption" ("type", "key", "bucket-key"), "objects" (their keys, or by their keys "tags" and "encryption"), "public-access-block: false", "versioning: true", "region", "account" and "tags". An "organization" takes "management" (its account), "accounts" (their ids), "units" by their names, with accounts and units of their own, and "id" and "root"; it, its units and its accounts take "service-control-policies", "resource-control-policies" and "full-access: false", which detaches FullAWSAccess. A name of another account begins with ACCOUNT: as in 444455556666:deploy. "account" and "region" are those of what does not say, and "run" is a list of further command lines, which are carried out as root, whatever policies say. Each account has a user/admin.

Without "given", tests are about the store. Either way their commands are only tried, every test from the same state: none sees what another one does, and nothing stays. A failed test is shown with its decisions as ssebox explain shows them. Exit code 1: a test failed. Exit code 252: a file cannot be used, with file, line and column.

In GitHub Actions, a step such as "run: npx ssebox check policies/*.test.yaml" fails with the tests; with "--format junit > policies.xml", a later step can publish the report.`,
  args: {
    file: {
      about: 'files of tests in YAML or JSON; - for standard input',
      many: true,
      optional: true,
      needed: withoutExample,
      isPath: true,
      check: knownFile,
    },
  },
  options: {
    example: { about: 'print a file of tests to begin with, and check nothing', type: 'boolean' },
    format: {
      about: 'the form of the report (default text)',
      type: 'string',
      value: 'FORM',
      choices: ['text', 'tap', 'junit'],
    },
    only: { about: 'only the tests whose name contains this text', type: 'string', value: 'TEXT' },
    context: {
      ...statedOptions('s3').context,
      about: 'a condition key of the request in tests that do not set it, such as aws:SourceIp; repeatable',
    },
  },
  examples: [
    'ssebox check --example > policies.test.yaml && ssebox check policies.test.yaml',
    'ssebox check --example | ssebox check - --only ana --format tap',
  ],
  async run(values, session, program): Promise<Result> {
    const { args, options } = values;
    const { format = 'text', only, context = [], example } = options;
    if (example) return exampleFile();
    if (args.file.length === 0) {
      throw new UsageError(
        'name a file of tests, or - for standard input',
        'ssebox check --example > policies.test.yaml',
      );
    }
    if (format !== 'text' && session.globals.output !== undefined) {
      throw new UsageError(
        `--format ${format} and --output ${session.globals.output} both choose a form: use one of them`,
      );
    }
    await statedIn(values, 's3');
    // Every command line may load this file, but few run it.
    const [{ checkFiles }, { reportOf }] = await Promise.all([
      import('./check/check-files.ts'),
      import('./check/report.ts'),
    ]);
    const wanted = { files: args.file, only, context, as: session.globals.as };
    return reportOf(await checkFiles(wanted, session, program), format);
  },
});

const exampleFile = async (): Promise<Result> => ({
  kind: 'bytes',
  bytes: Buffer.from((await import('./check/example.ts')).EXAMPLE),
});
