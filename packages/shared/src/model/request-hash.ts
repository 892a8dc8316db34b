import { createHash } from 'node:crypto';
import { canonicalJson } from '../contract/canonical-json.ts';
import type { LlmMessage, LlmRequest } from './llm.ts';

/** SHA-256, in hex, of everything that decides the reply; the order of keys doesn't matter, nor what is set off to be cached. */
export function requestHash({ cacheAll: _cacheAll, ...request }: LlmRequest): string {
  const said = { ...request, messages: request.messages.map(asSaid) };
  return createHash('sha256').update(canonicalJson(said)).digest('hex');
}

function asSaid({ shared, ...message }: LlmMessage): Omit<LlmMessage, 'shared'> {
  return shared === undefined || message.blocks !== undefined
    ? message
    : { ...message, text: shared + message.text };
}
