import type { Llm } from './llm.ts';

/** Per model the one to ask in its place while it is out of order. */
export type Fallbacks = Readonly<Record<string, string>>;

export function withFallback(llm: Llm, _fallbacks: Fallbacks): Llm {
  return llm;
}
