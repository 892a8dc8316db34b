import { isJsonObject, type JsonObject } from '../json.ts';

/** One piece of the prompt, in the order in which the API caches it: tools, system, messages. */
export interface PromptSegment {
  readonly path: string;
  /** What the segment says to the model; two equal contents are the same to the cache. */
  readonly content: string;
  /** Characters that count as prompt. */
  readonly length: number;
  /** The segment's `cache_control`, as sent; undefined when there is none. */
  readonly cacheControl: unknown;
}

export function promptSegments(body: JsonObject): PromptSegment[] {
  return [
    ...listOf(body['tools']).map((tool, index) => segment('tool', tool, `tools.${index}`)),
    ...contentSegments('system', body['system'], 'system'),
    ...listOf(body['messages']).flatMap((message, index) => {
      if (!isJsonObject(message)) return [];
      return contentSegments(String(message['role']), message['content'], `messages.${index}.content`);
    }),
  ];
}

function contentSegments(role: string, content: unknown, path: string): PromptSegment[] {
  if (typeof content === 'string') return [segment(role, { type: 'text', text: content }, path)];
  return listOf(content).map((block, index) => segment(role, block, `${path}.${index}`));
}

function segment(role: string, block: unknown, path: string): PromptSegment {
  if (!isJsonObject(block)) return { path, content: '', length: 0, cacheControl: undefined };
  const { cache_control: cacheControl, ...rest } = block;
  const json = JSON.stringify(rest);
  const length = typeof rest['text'] === 'string' ? rest['text'].length : json.length;
  return { path, content: `${role} ${json}`, length, cacheControl: cacheControl ?? undefined };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
