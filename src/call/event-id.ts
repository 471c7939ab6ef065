/** Event ids: UUIDs of version 7 (RFC 9562 §5.7), so that an id contains the time under which its record is stored. */

/**
 * Generates ids for one process. Ids of the same millisecond are in order of generation, thanks to a counter in the
 * twelve bits after the version.
 */
export function eventIds(random: (size: number) => Uint8Array): (timeMs: number) => string {
  let lastMs = -1;
  let counter = 0;
  return (timeMs) => {
    counter = timeMs === lastMs ? counter + 1 : 0;
    lastMs = timeMs;
    const time = Math.max(0, Math.floor(timeMs)).toString(16).padStart(12, '0').slice(-12);
    const sequence = (0x7000 | (counter & 0xfff)).toString(16);
    const bytes = random(8);
    const variant = (0x80 | ((bytes[0] ?? 0) & 0x3f)).toString(16);
    const rest = Buffer.from(bytes.buffer, bytes.byteOffset + 1, 7).toString('hex');
    return `${time.slice(0, 8)}-${time.slice(8)}-${sequence}-${variant}${rest.slice(0, 2)}-${rest.slice(2)}`;
  };
}

/** The time in an event id, in milliseconds; undefined if the text is not such an id. */
export function eventTimeMs(eventId: string): number | undefined {
  const match = /^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.exec(eventId);
  return match ? Number.parseInt(`${match[1]}${match[2]}`, 16) : undefined;
}
