/** Times in tables meant for people. */

/** `2026-01-31 12:34:56`, in UTC; empty when there is no time. */
export const timeText = (time: Date | undefined): string => time?.toISOString().slice(0, 19).replace('T', ' ') ?? '';
