import { tokensIn } from '@baton/plan/context-window';
import type { CachePays } from './cache-worth.ts';
import { promptTokens } from './call-claim.ts';
import type { Llm, LlmMessage, LlmRequest } from './llm.ts';

/** The call that is made, and the next turn of its conversation. */
const WITH_NEXT_TURN = 2;

/**
 * Has the endpoint cache a conversation in which tools are used, turn by turn, where that pays; and nothing of a call that came to
 * a model for which it doesn't, such as a fallback.
 */
export function withCachedPrompts(llm: Llm, pays: CachePays): Llm {
  return {
    call: (request, options) => llm.call(growing(priced(request, pays), pays), options),
  };
}

/** The same request with nothing of it to be cached. */
export function uncached({ cacheAll: _cacheAll, ...request }: LlmRequest): LlmRequest {
  return { ...request, messages: request.messages.map(whole) };
}

function whole({ role, text, shared = '', blocks }: LlmMessage): LlmMessage {
  return { role, text: shared + text, ...(blocks && { blocks }) };
}

function priced(request: LlmRequest, pays: CachePays): LlmRequest {
  const { model, system, messages } = request;
  const shared = messages[0]?.shared;
  if (shared === undefined) return request;
  const tokens = tokensIn(system) + tokensIn(shared);
  return pays({ model, tokens, calls: WITH_NEXT_TURN }) ? request : uncached(request);
}

function growing(request: LlmRequest, pays: CachePays): LlmRequest {
  const { model, tools = [] } = request;
  if (!tools.some(({ kind }) => kind === 'own')) return request;
  const tokens = promptTokens(request);
  return pays({ model, tokens, calls: WITH_NEXT_TURN }) ? { ...request, cacheAll: true } : request;
}
