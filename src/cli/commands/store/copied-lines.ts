/** The output about a copy of a store, and the progress while it is made. */

import type { RootKeyState } from '../../../store/store-copy.ts';
import type { Copied, Watch } from '../../../upkeep/lay-down.ts';
import type { Painter } from '../../command.ts';
import { painted, type Shown } from '../../output/painted.ts';
import { humanSize, progressOf } from '../../progress.ts';
import type { Session } from '../../session.ts';

/** The facts about a copy that are shown to people. */
export const copiedLines = ({ Objects, Bytes, RootKey }: Copied, { faint, bad }: Painter): Shown[] => [
  `  objects   ${Objects}`,
  `  copied    ${humanSize(Bytes)}`,
  painted`  root key  ${RootKey === 'unsealed' ? bad(aboutRootKey.unsealed) : faint(aboutRootKey[RootKey])}`,
];

const aboutRootKey: Readonly<Record<RootKeyState, string>> = {
  none: 'none has been made yet',
  sealed: 'sealed with the passphrase',
  unsealed: 'not sealed: anyone who can read the folder can read everything',
};

/** Shows the progress of a copy on the session's terminal while it is made. */
export async function watched<T>(session: Session, copy: (watch: Watch) => Promise<T>): Promise<T> {
  const { clear, ...progress } = progressOf(session);
  try {
    return await copy({ ...progress, signal: session.signal });
  } finally {
    clear();
  }
}
