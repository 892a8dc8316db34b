import { setTimeout as sleep } from 'node:timers/promises';

/** What was asked, or null when it does not come within `ms`; what fails later harms nobody. */
export async function inTime<Answer>(asked: Promise<Answer>, ms: number): Promise<Answer | null> {
  const late = new AbortController();
  const tooLate = sleep(ms, null, { signal: late.signal }).catch(() => null);
  // It may fail when nobody waits for it any more.
  asked.catch(() => undefined);
  try {
    return await Promise.race([asked, tooLate]);
  } finally {
    late.abort();
  }
}
