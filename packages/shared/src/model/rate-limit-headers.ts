import type { RateLimit, RateLimits } from './llm.ts';

const PREFIX = 'anthropic-ratelimit-';

/** What the `anthropic-ratelimit-*` headers of a response tell; null when they tell nothing usable. */
export function rateLimitsOf(headers: Pick<Headers, 'get'>): RateLimits | null {
  const limits = {
    requests: limitOf(headers, 'requests'),
    inputTokens: limitOf(headers, 'input-tokens'),
    outputTokens: limitOf(headers, 'output-tokens'),
  };
  return Object.values(limits).every((limit) => limit === null) ? null : limits;
}

function limitOf(headers: Pick<Headers, 'get'>, name: string): RateLimit | null {
  const perMinute = wholeNumber(headers.get(`${PREFIX}${name}-limit`));
  if (perMinute === null || perMinute === 0) return null;
  return { perMinute, remaining: wholeNumber(headers.get(`${PREFIX}${name}-remaining`)) };
}

function wholeNumber(text: string | null): number | null {
  return text !== null && /^\s*\d{1,15}\s*$/.test(text) ? Number(text) : null;
}
