import { isJsonObject, type JsonObject } from '../json.ts';
import { invalidRequest } from './api-error.ts';
import { requestProblems } from './request-rules.ts';

export interface Turn {
  readonly role: 'user' | 'assistant' | 'system';
  /** The text blocks of the turn, joined by line breaks. */
  readonly text: string;
}

/** A request to create a message that passed every check. */
export interface MessagesRequest {
  readonly model: string;
  readonly maxTokens: number;
  readonly stream: boolean;
  readonly system: string;
  readonly turns: readonly Turn[];
  /** The schema of `output_config.format`, or null for free text. */
  readonly schema: JsonObject | null;
  /** Whether the answer starts with a thinking block, and whether its text is sent. */
  readonly thinking: 'off' | 'shown' | 'omitted';
  readonly stopSequences: readonly string[];
  readonly body: JsonObject;
}

/** Throws 400 naming everything that is wrong with the body. */
export function readMessagesRequest(body: unknown): MessagesRequest {
  if (!isJsonObject(body)) throw invalidRequest('The request body must be a JSON object');
  const problems = requestProblems(body);
  if (problems.length > 0) throw invalidRequest(problems.join('; '));
  const { model, max_tokens: maxTokens } = body;
  return {
    model: typeof model === 'string' ? model : '',
    maxTokens: typeof maxTokens === 'number' ? maxTokens : 0,
    stream: body['stream'] === true,
    system: textOf(body['system']),
    turns: listOf(body['messages']).filter(isJsonObject).map(turnOf),
    schema: schemaOf(body['output_config']),
    thinking: thinkingOf(body['thinking']),
    stopSequences: listOf(body['stop_sequences']).filter((stop) => typeof stop === 'string'),
    body,
  };
}

function turnOf(message: JsonObject): Turn {
  const role = message['role'];
  return {
    role: role === 'assistant' || role === 'system' ? role : 'user',
    text: textOf(message['content']),
  };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return listOf(content)
    .map((block) => (isJsonObject(block) ? block['text'] : null))
    .filter((text) => typeof text === 'string')
    .join('\n');
}

function schemaOf(outputConfig: unknown): JsonObject | null {
  const format = isJsonObject(outputConfig) ? outputConfig['format'] : null;
  const schema = isJsonObject(format) ? format['schema'] : null;
  return isJsonObject(schema) ? schema : null;
}

function thinkingOf(thinking: unknown): MessagesRequest['thinking'] {
  if (!isJsonObject(thinking)) return 'off';
  if (thinking['type'] !== 'adaptive' && thinking['type'] !== 'enabled') return 'off';
  return thinking['display'] === 'omitted' ? 'omitted' : 'shown';
}
