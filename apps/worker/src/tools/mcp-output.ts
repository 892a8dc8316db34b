import type { CallToolResult, ContentBlock } from '@modelcontextprotocol/client';
import type { ToolOutput } from './tool.ts';

/** Characters of base64 → bytes. */
const BYTES_PER_CHARACTER = 3 / 4;

function leftOut(what: string, mimeType: string | undefined, data: string): string {
  const bytes = Math.floor(data.length * BYTES_PER_CHARACTER);
  return `[${what}${mimeType === undefined ? '' : ` (${mimeType})`} of ${bytes} bytes, left out]`;
}

function textOf(block: ContentBlock): string {
  if (block.type === 'text') return block.text;
  if (block.type === 'resource_link') {
    return [`[${block.title ?? block.name}](${block.uri})`, block.description ?? ''].join(' ').trim();
  }
  if (block.type !== 'resource') return leftOut(block.type, block.mimeType, block.data);
  const { resource } = block;
  return 'text' in resource ? resource.text : leftOut(resource.uri, resource.mimeType, resource.blob);
}

/** What an MCP server answers, as text: pictures and sounds are named and left out. */
export function outputOf({ content, structuredContent, isError = false }: CallToolResult): ToolOutput {
  const text = content.map(textOf).join('\n\n');
  const data = structuredContent ?? null;
  return { text: text === '' && data !== null ? JSON.stringify(data) : text, data, isError };
}
