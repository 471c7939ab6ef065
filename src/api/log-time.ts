/** Times in the requests and answers of the audit log, in UTC, as a day and a time of day; services join them in ways of their own. */

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Aug 10, 2022` and `10:38:27 PM`. */
export function dayAndTime(date: Date): readonly [day: string, time: string] {
  const hours = date.getUTCHours();
  const two = (n: number) => String(n).padStart(2, '0');
  const day = `${months[date.getUTCMonth()]} ${date.getUTCDate()}, ${date.getUTCFullYear()}`;
  const time = `${hours % 12 || 12}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
  return [day, `${time} ${hours < 12 ? 'AM' : 'PM'}`];
}
