import { createHash } from 'node:crypto';
import { isJsonObject, type JsonObject } from '../json.ts';
import { promptSegments, type PromptSegment } from './prompt-segments.ts';
import { tokensIn, type InputUsage } from './usage.ts';

const LIFETIME_MS = { '5m': 5 * 60_000, '1h': 60 * 60_000 } as const;
const MAX_ENTRIES = 20_000;

type Lifetime = keyof typeof LIFETIME_MS;

interface Prefix {
  readonly key: string;
  /** Tokens from the start of the prompt to the end of this segment. */
  readonly tokens: number;
  readonly lifetime: Lifetime | null;
}

/** What the cache makes of one request. */
export interface CacheReading {
  readonly usage: InputUsage;
  /** The prefixes to keep, or keep longer, once the answer begins. */
  readonly prefixes: readonly Prefix[];
}

/** Remembers prompt prefixes per model, as the API's prompt cache does: written once, read until they expire. */
export class PromptCache {
  readonly #expiry = new Map<string, number>();

  /** Splits the request's prompt into read, written and plain tokens. `remember` is for when its answer begins. */
  measure(model: string, body: JsonObject, now: number): CacheReading {
    const prefixes = prefixesOf(model, body);
    const total = prefixes.at(-1)?.tokens ?? 0;
    const last = prefixes.findLastIndex((prefix) => prefix.lifetime !== null);
    const breakpoint = prefixes[last];
    if (breakpoint === undefined) {
      return { usage: { input: total, read: 0, written: 0, lifetime: null }, prefixes: [] };
    }
    const cacheable = prefixes.slice(0, last + 1);
    const found = cacheable.findLast((prefix) => (this.#expiry.get(prefix.key) ?? 0) > now);
    const read = found?.tokens ?? 0;
    const written = breakpoint.tokens - read;
    return {
      usage: { input: total - breakpoint.tokens, read, written, lifetime: breakpoint.lifetime },
      prefixes: cacheable.filter((prefix) => prefix.lifetime !== null || prefix === found),
    };
  }

  remember(reading: CacheReading, now: number): void {
    for (const prefix of reading.prefixes) this.#remember(prefix, now);
  }

  #remember(prefix: Prefix, now: number): void {
    const expiry = now + LIFETIME_MS[prefix.lifetime ?? '5m'];
    const known = this.#expiry.get(prefix.key) ?? 0;
    this.#expiry.delete(prefix.key);
    this.#expiry.set(prefix.key, Math.max(expiry, known));
    if (this.#expiry.size <= MAX_ENTRIES) return;
    const oldest = this.#expiry.keys().next().value;
    if (oldest !== undefined) this.#expiry.delete(oldest);
  }
}

function prefixesOf(model: string, body: JsonObject): Prefix[] {
  const segments = promptSegments(body);
  const hash = createHash('sha256').update(model);
  let characters = 0;
  return segments.map((segment, index) => {
    characters += segment.length;
    hash.update('\u0000').update(segment.content);
    return {
      key: hash.copy().digest('base64'),
      tokens: tokensIn(characters),
      lifetime: lifetimeOf(segment, index === segments.length - 1 ? body['cache_control'] : undefined),
    };
  });
}

function lifetimeOf(segment: PromptSegment, topLevel: unknown): Lifetime | null {
  const control = segment.cacheControl ?? topLevel;
  if (!isJsonObject(control)) return null;
  return control['ttl'] === '1h' ? '1h' : '5m';
}
