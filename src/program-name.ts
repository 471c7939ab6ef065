/** The names by which the program is called. */

import { version } from './version.ts';

/** Its own name, or that of the link that `ssebox shim` makes, which scripts for the AWS CLI call. */
export type ProgramName = 'ssebox' | 'aws';

/** The AWS CLI whose options and output are known here; scripts compare it with the version that they need. */
const AWS_CLI = '2.34.0';

/** The name in the path that was called: Node does not follow a link in it. */
export const programName = (path: string | undefined): ProgramName =>
  /(^|[\\/])aws$/.test(path ?? '') ? 'aws' : 'ssebox';

/** What `--version` prints, without a line break: the AWS CLI's line begins with its name and version, too. */
export const versionLine = (name: ProgramName): string =>
  name === 'aws' ? `aws-cli/${AWS_CLI} ssebox/${version}` : `ssebox/${version}`;
