/** How old an event is when it is delivered, and the time of which a log file has the events: "How CloudTrail works". */
export const FILE_MS = 5 * 60_000;
