import { ApiError } from './api-error.ts';
import { TokenBucket } from './token-bucket.ts';

/** Per model and minute: requests, uncached input tokens, output tokens. */
export interface RateLimits {
  readonly rpm: number;
  readonly itpm: number;
  readonly otpm: number;
}

interface ModelBuckets {
  readonly requests: TokenBucket;
  readonly input: TokenBucket;
  readonly output: TokenBucket;
}

const MAX_MODELS = 1_000;

/** One set of buckets per model, each model's own, as docs "Rate limits" describes them. */
export class RateLimiter {
  readonly #limits: RateLimits;
  readonly #models = new Map<string, ModelBuckets>();

  constructor(limits: RateLimits) {
    this.#limits = limits;
  }

  /** Takes one request and its input tokens, or throws 429 with the seconds to wait. Takes nothing when it throws. */
  admit(model: string, inputTokens: number, now: number): void {
    const { requests, input, output } = this.#bucketsOf(model, now);
    const waits = [
      { limit: `${requests.perMinute} requests per minute`, ms: requests.waitMs(1, now) },
      { limit: `${input.perMinute} input tokens per minute`, ms: input.waitMs(inputTokens, now) },
      { limit: `${output.perMinute} output tokens per minute`, ms: output.waitMs(1, now) },
    ];
    const longest = waits.reduce((worst, wait) => (wait.ms > worst.ms ? wait : worst));
    if (longest.ms > 0) {
      const message = `This request would exceed the rate limit of ${longest.limit} for ${model}; retry after the time in the retry-after header`;
      throw new ApiError(429, 'rate_limit_error', message, { retryAfter: Math.ceil(longest.ms / 1_000) });
    }
    requests.take(1, now);
    input.take(inputTokens, now);
  }

  chargeOutput(model: string, tokens: number, now: number): void {
    this.#bucketsOf(model, now).output.take(tokens, now);
  }

  /** The `anthropic-ratelimit-*` headers; token remainders are rounded to thousands, as the API does. */
  headers(model: string, now: number): Record<string, string> {
    const { requests, input, output } = this.#bucketsOf(model, now);
    const tightest = share(input, now) <= share(output, now) ? input : output;
    return {
      ...bucketHeaders('requests', requests, 1, now),
      ...bucketHeaders('input-tokens', input, 1_000, now),
      ...bucketHeaders('output-tokens', output, 1_000, now),
      ...bucketHeaders('tokens', tightest, 1_000, now),
    };
  }

  #bucketsOf(model: string, now: number): ModelBuckets {
    const known = this.#models.get(model);
    if (known !== undefined) return known;
    const buckets = {
      requests: new TokenBucket(this.#limits.rpm, now),
      input: new TokenBucket(this.#limits.itpm, now),
      output: new TokenBucket(this.#limits.otpm, now),
    };
    this.#models.set(model, buckets);
    const oldest = this.#models.keys().next().value;
    if (this.#models.size > MAX_MODELS && oldest !== undefined) this.#models.delete(oldest);
    return buckets;
  }
}

function share(bucket: TokenBucket, now: number): number {
  return bucket.level(now) / bucket.perMinute;
}

function bucketHeaders(
  name: string,
  bucket: TokenBucket,
  roundTo: number,
  now: number,
): Record<string, string> {
  const level = bucket.level(now);
  const rounded = roundTo === 1 ? Math.floor(level) : Math.round(level / roundTo) * roundTo;
  const remaining = Math.max(0, Math.min(bucket.perMinute, rounded));
  const resetAt = now + bucket.waitMs(bucket.perMinute, now);
  const reset = new Date(Math.ceil(resetAt / 1_000) * 1_000).toISOString().replace('.000Z', 'Z');
  const prefix = `anthropic-ratelimit-${name}`;
  return {
    [`${prefix}-limit`]: String(bucket.perMinute),
    [`${prefix}-remaining`]: String(remaining),
    [`${prefix}-reset`]: reset,
  };
}
