/** A check of an endpoint from the first request to the last thing that is removed. */

import type { ChosenEndpoint } from '../../endpoint/chosen.ts';
import { openParts } from '../../endpoint/remote.ts';
import { withSignalOf } from '../../late-signal.ts';
import type { Session } from '../../session.ts';
import { type CleanedUp, cleanUp } from './clean-up.ts';
import { rowGroups } from './groups.ts';
import type { Checked } from './page.ts';
import { type CheckOptions, newSite } from './peer.ts';
import { reach, tryRows } from './try-rows.ts';

/** The time of a row, and of cleaning up, in milliseconds: five mebibytes go over a slow line in that time. */
const ROW_MS = 20_000;
const CLEAN_UP_MS = 60_000;

/**
 * @throws EndpointError if nothing answers, ReceivedRefusal of the credentials, StoreError without any, AbortError
 */
export async function checkEndpoint(chosen: ChosenEndpoint, session: Session, options: CheckOptions): Promise<Checked> {
  const { globals, environment, settings, signingRegion: region, terminal } = session;
  // From here on Ctrl-C lets the check clean up.
  const { signal } = session;
  const tell = (line: string) => session.tell(line);
  const parts = await openParts(chosen, withSignalOf(session, { globals, environment, settings, tell }), region);
  const site = newSite({ chosen, parts, session, options });
  const show = (name: string) => terminal?.write(`\r${name.slice(0, terminal.width - 1)}\u001b[K`);
  const showNothing = () => terminal?.write('\r\u001b[K');
  const removed = () => {
    show('removing what the check made');
    return cleanUp(site, AbortSignal.timeout(CLEAN_UP_MS));
  };
  try {
    await reach(site.during(signal));
    const tried = await tryRows(site, {
      groups: rowGroups,
      signal,
      limit: () => AbortSignal.timeout(ROW_MS),
      show,
    });
    return { endpoint: chosen.text, region, tried, ...(await removed()) };
  } catch (error) {
    const cleaned = await removed();
    showNothing();
    tellOf(cleaned, tell);
    throw error;
  } finally {
    showNothing();
    site.close();
  }
}

/** Where there is no page to say it. */
function tellOf({ left, scheduled }: CleanedUp, tell: (line: string) => void): void {
  for (const { arn } of scheduled) tell(`${arn} is scheduled for deletion in 7 days`);
  for (const { name, reason } of left) tell(`not removed: ${name}: ${reason}`);
}
