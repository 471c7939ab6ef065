/** Times as conditions write them: the W3C's profile of ISO 8601, or seconds since 1970. */

const ISO =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?)?)?$/i;

/** Milliseconds since 1970; undefined if the text is not a time. A time without a zone is in UTC. */
export function parseInstant(text: string): number | undefined {
  if (/^\d{1,19}(?:\.\d+)?$/.test(text) && !/^\d{4}$/.test(text)) return Number(text) * 1000;
  const match = ISO.exec(text);
  if (!match) return undefined;
  const [, year = '', month = '01', day = '01', hour = '00', minute = '00', second = '00', fraction = '', zone] = match;
  const ms = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  const isReal =
    Number(month) >= 1 &&
    Number(month) <= 12 &&
    new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() === Number(day) &&
    Number(hour) <= 23 &&
    Number(minute) <= 59 &&
    Number(second) <= 59;
  if (!isReal) return undefined;
  return ms + Number(`0.${fraction || '0'}`) * 1000 - zoneMinutes(zone) * 60_000;
}

function zoneMinutes(zone: string | undefined): number {
  if (zone === undefined || zone.toUpperCase() === 'Z') return 0;
  const [, sign, hours = '0', minutes = '0'] = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}
