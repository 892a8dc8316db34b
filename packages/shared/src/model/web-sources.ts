import type { LlmBlock, WebSource } from './llm.ts';

const MAX_SOURCES = 50;
const MAX_URL_CHARACTERS = 2_000;
const MAX_TITLE_CHARACTERS = 300;

type Fields = Readonly<Record<string, unknown>>;

/**
 * Pages that an answer leans on, each once, at most 50: those it cites, then those that were fetched, then those that a
 * search found.
 */
export function sourcesOf(blocks: readonly LlmBlock[]): readonly WebSource[] {
  const found = [...blocks.flatMap(cited), ...blocks.flatMap(fetched), ...blocks.flatMap(searched)];
  return joinedSources(found.flatMap(sourceOf));
}

/** Each page once, the first title that it has; at most 50. */
export function joinedSources(sources: readonly WebSource[]): readonly WebSource[] {
  const byUrl = new Map<string, WebSource>();
  for (const source of sources) {
    if (byUrl.get(source.url)?.title == null) byUrl.set(source.url, source);
  }
  return [...byUrl.values()].slice(0, MAX_SOURCES);
}

function cited(block: LlmBlock): unknown[] {
  return block.type === 'text' ? listOf(block['citations']) : [];
}

function searched(block: LlmBlock): unknown[] {
  return block.type === 'web_search_tool_result' ? listOf(block['content']) : [];
}

function fetched(block: LlmBlock): unknown[] {
  if (block.type !== 'web_fetch_tool_result' || !isFields(block['content'])) return [];
  const { url, content: document } = block['content'];
  return [{ url, title: isFields(document) ? document['title'] : null }];
}

function sourceOf(found: unknown): WebSource[] {
  if (!isFields(found)) return [];
  const { url, title } = found;
  if (typeof url !== 'string' || url.length > MAX_URL_CHARACTERS || !/^https?:\/\/\S+$/i.test(url)) return [];
  const named = typeof title === 'string' && title.trim() !== '';
  return [{ url, title: named ? title.trim().slice(0, MAX_TITLE_CHARACTERS) : null }];
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
