import { unreachableReason } from '../../errors.ts';

/** How long one answer may take, in ms. */
const PATIENCE = 10_000;

/** An answer of HTTP, whatever its status, or the reason why there is none. */
export type Asked =
  | { readonly status: number; readonly headers: Headers; readonly text: string; readonly ms: number }
  | { readonly failure: string };

/** Asks once. Never rejects, but with the signal's reason. */
export async function ask(url: URL, init: RequestInit, signal: AbortSignal): Promise<Asked> {
  const began = performance.now();
  const late = AbortSignal.timeout(PATIENCE);
  try {
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      signal: AbortSignal.any([signal, late]),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, ms: performance.now() - began };
  } catch (error) {
    signal.throwIfAborted();
    if (late.aborted) return { failure: `no answer within ${PATIENCE / 1_000} s` };
    return { failure: unreachableReason(error) };
  }
}
