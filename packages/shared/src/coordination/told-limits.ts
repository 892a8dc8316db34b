import type { RateLimit, RateLimits } from '../model/llm.ts';

/** The share of a limit above which what is left of it changes nothing. */
const PLENTY = 0.5;

/** Whether what a response says of its limits is news for those who share them. @param before what this process told last. */
export function limitsWorthTelling(said: RateLimits, before: RateLimits | undefined): boolean {
  return (
    isNews(said.requests, before?.requests) ||
    isNews(said.inputTokens, before?.inputTokens) ||
    isNews(said.outputTokens, before?.outputTokens)
  );
}

function isNews(said: RateLimit | null, before: RateLimit | null | undefined): boolean {
  if (said === null) return false;
  if (before?.perMinute !== said.perMinute) return true;
  return said.remaining !== null && said.remaining < said.perMinute * PLENTY;
}
