import type { ContentBlock } from '../api/answer.ts';
import { shorten, slug } from '../goal/wording.ts';
import type { JsonObject } from '../json.ts';
import type { ServerTool } from './offered-tools.ts';

const DIRECT = { type: 'direct' } as const;
const DOMAINS = ['example.com', 'example.org', 'example.net'];

/** The call of one of the endpoint's own tools. */
export function serverUse(tool: ServerTool, id: string, about: string): ContentBlock {
  const input = tool.name === 'web_search' ? { query: shorten(about, 80) } : { url: pageOf(tool, about, 1) };
  return { type: 'server_tool_use', id, name: tool.name, input, caller: DIRECT };
}

/** What comes of such a call. */
export function serverResult(tool: ServerTool, id: string, about: string): ContentBlock {
  const content = tool.name === 'web_search' ? searchResults(tool, about) : fetchedPage(tool, about);
  return { type: `${tool.name}_tool_result`, tool_use_id: id, content, caller: DIRECT };
}

/** A sentence that cites what was found. */
export function citedText(tool: ServerTool, about: string): ContentBlock {
  const url = pageOf(tool, about, 1);
  const verb = tool.name === 'web_search' ? 'found' : 'read';
  const text = `A simulated page was ${verb} at ${new URL(url).hostname}\n\n`;
  if (!tool.citations) return { type: 'text', text, citations: null };
  const quote = simulatedText(about);
  const citation: JsonObject =
    tool.name === 'web_search'
      ? {
          type: 'web_search_result_location',
          url,
          title: titleOf(about, 1),
          cited_text: quote,
          encrypted_index: 'c2ltdWxhdGVk',
        }
      : {
          type: 'char_location',
          cited_text: quote,
          document_index: 0,
          document_title: titleOf(about, 1),
          start_char_index: 0,
          end_char_index: quote.length,
          file_id: null,
        };
  return { type: 'text', text, citations: [citation] };
}

function searchResults(tool: ServerTool, about: string): JsonObject[] {
  return [1, 2, 3].map((number) => ({
    type: 'web_search_result',
    url: pageOf(tool, about, number),
    title: titleOf(about, number),
    encrypted_content: 'c2ltdWxhdGVk',
    page_age: null,
  }));
}

function fetchedPage(tool: ServerTool, about: string): JsonObject {
  return {
    type: 'web_fetch_result',
    url: pageOf(tool, about, 1),
    content: {
      type: 'document',
      source: { type: 'text', media_type: 'text/plain', data: simulatedText(about) },
      title: titleOf(about, 1),
      citations: { enabled: tool.citations },
    },
    retrieved_at: '2026-01-01T00:00:00Z',
  };
}

function pageOf({ allowedDomains, blockedDomains }: ServerTool, about: string, number: number): string {
  const open = DOMAINS.filter((domain) => !blockedDomains.includes(domain));
  const domains = allowedDomains.length > 0 ? allowedDomains : open;
  const domain = (domains[(number - 1) % domains.length] ?? 'simulated.example').replace(/^\*\./, 'www.');
  return `https://${domain}/simulated/${slug(about) || 'page'}-${number}`;
}

function titleOf(about: string, number: number): string {
  return `Simulated page ${number} on ${shorten(about, 60)}`;
}

function simulatedText(about: string): string {
  return `Simulated words of a page on ${shorten(about, 60)}.`;
}
