/** RFC 9110: IMF-fixdate and the older form with a dash. The third form says no zone. */
const HTTP_DATE = /^[A-Za-z]{3,9}, .+ GMT$/;

/**
 * How long a reply asks to wait, in ms; null when it does not say, or says it in no form of RFC 9110.
 * @param repliedAt the server's time, ms since the epoch
 */
export function retryAfterMs(header: string | null, repliedAt: number): number | null {
  const text = header?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  const date = HTTP_DATE.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? null : Math.max(0, date - repliedAt);
}

/** When the server replied, in ms since the epoch; null where it does not say, or a browser does not show it. */
export function replyTime(response: Response): number | null {
  const date = Date.parse(response.headers.get('date') ?? '');
  return Number.isNaN(date) ? null : date;
}
