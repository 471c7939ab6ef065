/** Events of ssebox's own go with the management events of their time. The newest one stays, since the next is numbered after it. */

import { newestOwnEvent } from '../store/own-events.ts';
import { everyRow } from './sweep.ts';

export const oldOwnEvents = everyRow(
  'ownEvents',
  (after, tx) => tx.ownEvents.range({ start: after, after: after !== undefined }),
  ({ fromMs, toMs, machineMs }, { tx, storeMs, machineMs: nowMs, settings: { keepManagementMs } }, [number]) =>
    Math.max(fromMs, toMs) < storeMs - keepManagementMs &&
    machineMs < nowMs - keepManagementMs &&
    number < newestOwnEvent(tx),
  (key, _event, tx) => tx.ownEvents.remove([...key]),
);
