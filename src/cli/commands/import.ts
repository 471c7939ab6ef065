/** `ssebox import`: the configuration of a real account, to explain and check it here. */

import { UsageError } from '../../api/errors.ts';
import { command, type Needed, type Result } from '../command.ts';
import { knownFile } from '../known-file.ts';

const withoutScript: Needed = ({ options }) => options['print-script'] !== true;

export const importCommand = command({
  name: 'import',
  hasPage: true,
  summary: "Import an account's real configuration, to ask who may do what in it",
  description:
    "Files are known by what they hold, not by their names. They have answers of the AWS CLI in JSON: iam get-account-authorization-details and, in a record of the script's, list-policy-tags; kms list-keys, describe-key, get-key-policy, list-grants, list-aliases, list-resource-tags and get-key-rotation-status; s3api list-buckets, get-bucket-policy, get-bucket-encryption, get-bucket-replication, get-bucket-location, get-bucket-versioning, get-bucket-ownership-controls, get-bucket-tagging and get-public-access-block; sts get-caller-identity; organizations describe-organization, list-roots, list-organizational-units-for-parent, list-accounts, list-parents, list-policies, describe-policy and list-targets-for-policy. Or they have what terraform show -json prints of a plan, which is read as what will be there, or of a state. --print-script prints a shell script that makes a whole dump with the AWS CLI, by calls that only read. An answer that does not say which key or bucket it is about, such as get-key-policy, is in a record of the script's, beside its describe-key in a folder of their own, or in a folder or file with the id of the key or the name of the bucket.\n\nKeys come without their material: nothing can be encrypted or decrypted with them, and objects are not imported. explain takes any key in an imported bucket for that of an object, encrypted as the bucket's default says. Permissions are decided as in the account: key policies, grants, aliases, bucket policies, and the SCPs and RCPs of its organization are as they are there, principals are bound to their unique ids, and users that were deleted stay deleted. An imported account has no user/admin of ssebox's own, so name who calls with --as, or with the settings account and as.\n\nWhat cannot be read or understood is listed with its place, and nothing is imported then: exit code 1. So is what a plan knows only after it is applied: it is open, not empty. With --partial everything else is imported, and decisions are as the list says. What is assumed because no file says it is listed, too.\n\nNothing is merged: an account that the store already has is replaced, after you confirm or with --yes. That is refused if something would be lost with it, which are objects and the material of keys: import into another store then, with --store. Trails, alarms, quotas and the audit log stay. The import is a single step, whatever happens.",
  args: {
    files: {
      about: 'files and folders with answers of the AWS CLI, or of terraform show -json; - for standard input',
      many: true,
      optional: true,
      needed: withoutScript,
      isPath: true,
      check: knownFile,
    },
  },
  options: {
    account: {
      about: 'the account of what does not say whose it is, such as buckets',
      type: 'string',
      value: 'ACCOUNT',
    },
    partial: { about: 'import what can be read, and list the rest', type: 'boolean' },
    'print-script': { about: 'print a script that makes a dump with the AWS CLI, and import nothing', type: 'boolean' },
  },
  examples: [
    'ssebox s3api get-bucket-policy --bucket reports >answer.json && ssebox import answer.json --account 123456789012 --store ./account',
    'ssebox import --print-script >dump.sh',
  ],
  async run({ args: { files = [] }, options }, session): Promise<Result> {
    if (options['print-script']) {
      if (files.length > 0) throw new UsageError('--print-script takes no files: the script makes them');
      const { dumpScript } = await import('../../import/dump-script.ts');
      return { kind: 'lines', lines: dumpScript.trimEnd().split('\n') };
    }
    if (files.length === 0) {
      throw new UsageError(
        'import needs the files or folders of a dump: ssebox import --print-script prints a script that makes one',
      );
    }
    const { importFiles } = await import('./import/import-files.ts');
    return importFiles(files, { account: options.account, isPartial: options.partial }, session);
  },
});
