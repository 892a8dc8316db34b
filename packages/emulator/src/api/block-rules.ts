import { isJsonObject, type JsonObject } from '../json.ts';

/** What the API answers 400 to in one content block of a message. */
export function blockProblems(block: unknown, path: string): string[] {
  if (!isJsonObject(block)) return [`${path}: Input should be an object`];
  const { type } = block;
  if (typeof type !== 'string') return [`${path}.type: Field required`];
  const check = CHECKS.get(type);
  if (check !== undefined) return check(block, path);
  return [`${path}: Input tag '${type}' found using 'type' does not match any of the expected tags`];
}

type Check = (block: JsonObject, path: string) => string[];

const unchecked: Check = () => [];

const CHECKS: ReadonlyMap<string, Check> = new Map([
  ['text', textProblems],
  ['thinking', (block, path) => missing(block, ['thinking', 'signature'], path)],
  ['redacted_thinking', (block, path) => missing(block, ['data'], path)],
  ['tool_use', useProblems],
  ['server_tool_use', useProblems],
  ['tool_result', resultProblems],
  ['web_search_tool_result', (block, path) => missing(block, ['tool_use_id'], path)],
  ['web_fetch_tool_result', (block, path) => missing(block, ['tool_use_id'], path)],
  ...['image', 'document', 'search_result', 'container_upload', 'code_execution_tool_result'].map(
    (type) => [type, unchecked] as const,
  ),
]);

function missing(block: JsonObject, fields: readonly string[], path: string): string[] {
  return fields
    .filter((field) => typeof block[field] !== 'string')
    .map((field) => `${path}.${field}: Field required`);
}

function textProblems(block: JsonObject, path: string): string[] {
  if (typeof block['text'] !== 'string') return [`${path}.text: Field required`];
  return block['text'].trim() === '' ? [`${path}.text: text content blocks must be non-empty`] : [];
}

function useProblems(block: JsonObject, path: string): string[] {
  return [
    ...missing(block, ['id', 'name'], path),
    ...(isJsonObject(block['input']) ? [] : [`${path}.input: Input should be a valid dictionary`]),
  ];
}

function resultProblems(block: JsonObject, path: string): string[] {
  const { content, is_error: isError } = block;
  const problems = missing(block, ['tool_use_id'], path);
  if (isError !== undefined && typeof isError !== 'boolean') {
    problems.push(`${path}.is_error: Input should be a valid boolean`);
  }
  if (content === undefined || typeof content === 'string') return problems;
  if (!Array.isArray(content))
    return [...problems, `${path}.content: Input should be a string or a list of blocks`];
  return [...problems, ...content.flatMap((each, index) => blockProblems(each, `${path}.content.${index}`))];
}
