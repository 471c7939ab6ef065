/** Times in the log are whole seconds: CloudTrail User Guide, "CloudTrail record contents", eventTime. */

/** `2026-05-04T09:01:02Z`. */
export const eventTime = (timeMs: number): string => `${new Date(timeMs).toISOString().slice(0, 19)}Z`;

/**
 * The milliseconds from one time to another that a lookup covers, half-open: from the first whole second that is not
 * before the start, through the whole second of the end.
 */
export const wholeSeconds = (startMs: number, endMs: number) => ({
  fromMs: Math.ceil(startMs / 1000) * 1000,
  beforeMs: (Math.floor(endMs / 1000) + 1) * 1000,
});
