import { isJsonObject, type JsonObject } from '../json.ts';

/** A tool that the model called earlier in a conversation. */
export interface ToolUse {
  readonly id: string;
  readonly name: string;
  /** What the caller or the endpoint says came of it; null when it says nothing yet. */
  readonly result: { readonly text: string; readonly isError: boolean } | null;
}

/** Turns of one side that follow one another count as one, as they do for the API. */
export interface JoinedTurn {
  readonly role: string;
  readonly blocks: readonly JsonObject[];
  /** Index of its first message. */
  readonly at: number;
}

export function joinedTurns(messages: unknown): JoinedTurn[] {
  const turns: JoinedTurn[] = [];
  listOf(messages).forEach((message, at) => {
    if (!isJsonObject(message)) return;
    const blocks = blocksOf(message['content']);
    const role = String(message['role']);
    const last = turns.at(-1);
    if (last?.role === role) turns.splice(-1, 1, { ...last, blocks: [...last.blocks, ...blocks] });
    else turns.push({ role, blocks, at });
  });
  return turns;
}

/** The calls of the caller's own tools, in their order. */
export function ownUses(turns: readonly JoinedTurn[]): ToolUse[] {
  const blocks = turns.flatMap((turn) => turn.blocks);
  return blocks
    .filter((block) => block['type'] === 'tool_use')
    .map(({ id, name }) => {
      const result = blocks.find((block) => block['type'] === 'tool_result' && block['tool_use_id'] === id);
      return {
        id: String(id),
        name: String(name),
        result:
          result === undefined
            ? null
            : { text: resultText(result['content']), isError: result['is_error'] === true },
      };
    });
}

/** The calls of the endpoint's own tools that were told, and whether each was answered. */
export function serverUses(
  turns: readonly JoinedTurn[],
): (Omit<ToolUse, 'result'> & { answered: boolean })[] {
  const blocks = turns.flatMap((turn) => turn.blocks);
  return blocks
    .filter((block) => block['type'] === 'server_tool_use')
    .map(({ id, name }) => ({
      id: String(id),
      name: String(name),
      answered: blocks.some((block) => isServerResult(block) && block['tool_use_id'] === id),
    }));
}

export function isServerResult(block: JsonObject): boolean {
  return block['type'] === 'web_search_tool_result' || block['type'] === 'web_fetch_tool_result';
}

function resultText(content: unknown): string {
  if (typeof content === 'string') return content;
  return listOf(content)
    .map((block) => (isJsonObject(block) && typeof block['text'] === 'string' ? block['text'] : ''))
    .join('\n');
}

function blocksOf(content: unknown): JsonObject[] {
  return typeof content === 'string'
    ? [{ type: 'text', text: content }]
    : listOf(content).filter(isJsonObject);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
