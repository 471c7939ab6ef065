/**
 * The rate at which adaptive mode makes calls: it falls when one is throttled, and rises again along a cubic curve.
 * botocore, retries/adaptive.py, retries/throttling.py and retries/bucket.py.
 */

export interface SendRate {
  /** Takes the right to make a call at this time. @returns how long to wait before asking again, in milliseconds; 0: now. */
  waitMs(nowMs: number): number;
  /** A call was answered at this time, or throttled. */
  answered(nowMs: number, isThrottled: boolean): void;
}

/** By how much the rate falls, and how fast it rises. */
const BETA = 0.7;
const SCALE = 0.4;

/** Calls a second. */
const LOWEST_RATE = 0.5;

/** The answered calls are counted for half a second, and older counts weigh less. */
const COUNT_SECONDS = 0.5;
const SMOOTHING = 0.8;

/** Nothing is held back before the first call is throttled. */
export function newSendRate(startMs: number): SendRate {
  const measured = answerRate(startMs / 1000);
  let isOn = false;
  let rate = 1;
  let capacity = 0;
  let filledAt = startMs / 1000;
  /** The rate at which a call was last throttled, and when. */
  let highest = 0;
  let throttledAt = startMs / 1000;

  const most = () => Math.max(rate, 1);
  const fill = (now: number) => {
    capacity = Math.min(most(), capacity + (now - filledAt) * rate);
    filledAt = now;
  };
  const secondsToHighest = () => Math.cbrt((highest * (1 - BETA)) / SCALE);

  return {
    waitMs(nowMs) {
      if (!isOn) return 0;
      fill(nowMs / 1000);
      if (capacity < 1) return Math.ceil(((1 - capacity) / rate) * 1000);
      capacity -= 1;
      return 0;
    },
    answered(nowMs, isThrottled) {
      const now = nowMs / 1000;
      const current = measured(now);
      let next: number;
      if (isThrottled) {
        highest = isOn ? Math.min(current, rate) : current;
        throttledAt = now;
        isOn = true;
        next = highest * BETA;
      } else {
        next = SCALE * (now - throttledAt - secondsToHighest()) ** 3 + highest;
      }
      fill(now);
      rate = Math.max(Math.min(next, 2 * current), LOWEST_RATE);
      capacity = Math.min(capacity, most());
    },
  };
}

/** Counts an answer at a time in seconds, and returns how many there were a second. */
function answerRate(start: number): (now: number) => number {
  let rate = 0;
  let count = 0;
  let since = Math.floor(start);
  return (now) => {
    const slot = Math.floor(now / COUNT_SECONDS) * COUNT_SECONDS;
    count += 1;
    if (slot > since) {
      rate = (count / (slot - since)) * SMOOTHING + rate * (1 - SMOOTHING);
      count = 0;
      since = slot;
    }
    return rate;
  };
}
