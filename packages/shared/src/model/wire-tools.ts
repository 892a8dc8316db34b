import type { LlmTool } from './llm.ts';

/** A tool as a request lists it. */
export type WireTool = Readonly<Record<string, unknown>> & { readonly name: string };

/** What one fetched page may put into a prompt: pages may be longer than a model's window. */
const MAX_PAGE_TOKENS = 30_000;

/**
 * The endpoint's own tools are called by the model alone, never from a program that the endpoint runs: that needs a
 * container, which a conversation would have to name again in each turn, and not every model can.
 */
const DIRECT = { allowed_callers: ['direct'] } as const;

/** Names and versions from the SDK's types, `WebSearchTool20260318` and `WebFetchTool20260318`. */
export function wireTool(tool: LlmTool): WireTool {
  if (tool.kind === 'own') {
    const { name, description, inputSchema } = tool;
    return { name, description, input_schema: inputSchema };
  }
  const { maxUses, allowedDomains, blockedDomains } = tool;
  const limits = {
    max_uses: maxUses,
    ...(allowedDomains !== undefined && { allowed_domains: allowedDomains }),
    ...(blockedDomains !== undefined && { blocked_domains: blockedDomains }),
    ...DIRECT,
  };
  if (tool.kind === 'web_search') return { type: 'web_search_20260318', name: 'web_search', ...limits };
  return {
    type: 'web_fetch_20260318',
    name: 'web_fetch',
    ...limits,
    max_content_tokens: MAX_PAGE_TOKENS,
    citations: { enabled: true },
  };
}
