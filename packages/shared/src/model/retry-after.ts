/** Milliseconds the endpoint asks to wait, by `retry-after-ms` or `retry-after` (seconds or an HTTP date); null when it says nothing usable. */
export function retryAfterMs(headers: Pick<Headers, 'get'>, now: number): number | null {
  const milliseconds = nonNegative(headers.get('retry-after-ms'));
  if (milliseconds !== null) return Math.ceil(milliseconds);
  const given = headers.get('retry-after');
  const seconds = nonNegative(given);
  if (seconds !== null) return Math.ceil(seconds * 1_000);
  const date = given === null ? Number.NaN : Date.parse(given);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

function nonNegative(text: string | null): number | null {
  return text !== null && /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) : null;
}
