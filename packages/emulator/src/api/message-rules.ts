import { isJsonObject } from '../json.ts';
import { isPaused } from '../tools/pairing-rules.ts';
import { blockProblems } from './block-rules.ts';

const ROLES = ['user', 'assistant', 'system'];

export function messagesProblems(messages: unknown): string[] {
  if (messages === undefined) return ['messages: Field required'];
  if (!Array.isArray(messages) || messages.length === 0) {
    return ['messages: at least one message is required'];
  }
  const problems = messages.flatMap((message, index) => messageProblems(message, `messages.${index}`));
  const last: unknown = messages.at(-1);
  if (isJsonObject(last) && last['role'] === 'assistant' && !isPaused(messages)) {
    problems.push(
      'messages: This model does not support assistant message prefill; the conversation must end with a user message',
    );
  }
  return problems;
}

export function systemProblems(system: unknown): string[] {
  if (system === undefined || typeof system === 'string') return [];
  if (!Array.isArray(system)) return ['system: Input should be a string or a list of text blocks'];
  return system.flatMap((block, index) => {
    const path = `system.${index}`;
    if (!isJsonObject(block) || block['type'] !== 'text') return [`${path}: Input should be a text block`];
    return blockProblems(block, path);
  });
}

function messageProblems(message: unknown, path: string): string[] {
  if (!isJsonObject(message)) return [`${path}: Input should be an object`];
  const problems = Object.keys(message)
    .filter((field) => field !== 'role' && field !== 'content')
    .map((field) => `${path}.${field}: Extra inputs are not permitted`);
  const role = message['role'];
  if (typeof role !== 'string' || !ROLES.includes(role)) {
    problems.push(`${path}.role: Input should be one of ${ROLES.join(', ')}`);
  }
  return [...problems, ...contentProblems(message['content'], path)];
}

function contentProblems(content: unknown, path: string): string[] {
  if (content === undefined) return [`${path}.content: Field required`];
  if (typeof content === 'string') {
    return content.trim() === '' ? [`${path}: all messages must have non-empty content`] : [];
  }
  if (!Array.isArray(content)) {
    return [`${path}.content: Input should be a string or a list of content blocks`];
  }
  if (content.length === 0) return [`${path}: all messages must have non-empty content`];
  return content.flatMap((block, index) => blockProblems(block, `${path}.content.${index}`));
}
