import { type Breaks, rowIn } from './break.ts';

export const trailBreaks: Breaks = {
  'every trail that is not deleted is found by its name': (tx) => {
    const { key, value } = rowIn(tx.trails, ({ value: { name } }) => name === 'idle');
    tx.trailNames.remove([value.account, value.homeRegion, value.name]);
    return [`the trail "${tx.trails.get(key)?.name}" is not found by its name`];
  },
  'every name is that of a trail': [
    (tx) => {
      tx.trailNames.put(['111122223333', 'us-east-1', 'ghost'], 99);
      return ['the trail "ghost" is missing'];
    },
    (tx) => {
      const { key } = rowIn(tx.trails, ({ value: { deletedMs } }) => deletedMs !== undefined);
      tx.trailNames.put(['111122223333', 'us-east-1', 'deleted'], key[0]);
      return ['the trail "deleted" is missing'];
    },
  ],
  'every trail that logs is in the list of its account': (tx) => {
    const { key } = rowIn(tx.loggingTrails);
    tx.loggingTrails.remove(key);
    return ['the trail "audit" logs and is not in the list of those that do'];
  },
  'every trail in the list logs': (tx) => {
    const { key, value } = rowIn(tx.loggingTrails);
    const idle = rowIn(tx.trails, ({ value: { name } }) => name === 'idle').key[0];
    tx.loggingTrails.put(key, [...value, idle]);
    return [`the trail ${idle} is in the list of those that log`];
  },
  'no trail is newer than the newest': (tx) => {
    tx.facts.put(['lastTrail'], { number: 2 });
    return ['the trail "idle" has a number that will be given again'];
  },
  'every event that waits belongs to a trail': (tx) => {
    const { value } = rowIn(tx.trailQueue);
    tx.trailQueueEnds.put([99], 2);
    tx.trailQueue.put([99, 1], value);
    return [
      'the event 1 that waits for the trail 99 belongs to a trail that does not exist',
      'a queue belongs to the trail 99, which does not exist',
    ];
  },
  'every event that waits is on record': (tx) => {
    const { key, value } = rowIn(tx.trailQueue);
    const [recipient, region, timeMs, , machineMs] = value;
    tx.trailQueue.put(key, [recipient, region, timeMs, 'gone', machineMs]);
    return [`the event gone, which waits for the trail ${key[0]}, is missing`];
  },
  'every event stands before the end of its queue': (tx) => {
    const { key } = rowIn(tx.trailQueueEnds);
    const [last] = [...tx.trailQueue.under(key)].slice(-1);
    tx.trailQueueEnds.put(key, last?.key[1] ?? 0);
    return [`the event ${last?.key[1]} that waits for the trail ${key[0]} stands beyond its end`];
  },
  'every queue belongs to a trail': (tx) => {
    tx.trailQueueEnds.put([99], 1);
    return ['a queue belongs to the trail 99, which does not exist'];
  },
  'every delivery belongs to a trail': (tx) => {
    const { value } = rowIn(tx.trailDeliveries);
    tx.trailDeliveries.put([99, 'us-east-1'], value);
    return ['a delivery of us-east-1 belongs to the trail 99, which does not exist'];
  },
  'every signing key opens under the root key, and fits its public key': [
    (tx) => {
      const { key, value } = rowIn(tx.trailSigningKeys);
      tx.trailSigningKeys.put(key, { ...value, wrapped: value.wrapped.map((byte, i) => (i === 20 ? byte ^ 1 : byte)) });
      return ['the signing key of CloudTrail in us-east-1'];
    },
    (tx) => {
      const { key, value } = rowIn(tx.trailSigningKeys);
      tx.trailSigningKeys.put(key, { ...value, publicKey: value.publicKey.slice(1) });
      return ['the signing key of CloudTrail in us-east-1'];
    },
  ],
};
