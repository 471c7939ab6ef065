/** Times in the log are whole seconds: CloudTrail User Guide, "CloudTrail record contents", eventTime. */

/** `2026-05-04T09:01:02Z`. */
export const eventTime = (timeMs: number): string => `${new Date(timeMs).toISOString().slice(0, 19)}Z`;
