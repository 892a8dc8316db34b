import { isJsonObject, type JsonObject } from '../json.ts';
import { toolProblems } from '../tools/offered-tools.ts';
import { pairingProblems } from '../tools/pairing-rules.ts';
import { cacheControlProblems } from './cache-control-rules.ts';
import { messagesProblems, systemProblems } from './message-rules.ts';
import { outputConfigProblems } from './output-config-rules.ts';

const KNOWN_FIELDS = new Set([
  'model',
  'max_tokens',
  'messages',
  'cache_control',
  'container',
  'diagnostics',
  'inference_geo',
  'metadata',
  'output_config',
  'service_tier',
  'speed',
  'stop_sequences',
  'stream',
  'system',
  'thinking',
  'tool_choice',
  'tools',
  'user_profile_id',
  'workspace_id',
]);
const SAMPLING_FIELDS = new Set(['temperature', 'top_p', 'top_k']);
const THINKING_TYPES = ['adaptive', 'enabled', 'between_tools', 'disabled'];

/** Everything the API would answer 400 to, one line each, in the form `path: what is wrong`. */
export function requestProblems(body: JsonObject): string[] {
  return [
    ...fieldProblems(body),
    ...modelProblems(body['model']),
    ...maxTokensProblems(body['max_tokens']),
    ...messagesProblems(body['messages']),
    ...systemProblems(body['system']),
    ...optionalProblems(body),
    ...toolProblems(body['tools']),
    ...pairingProblems(body['messages']),
    ...toolChoiceProblems(body['tool_choice']),
    ...thinkingProblems(body['thinking'], body['max_tokens']),
    ...outputConfigProblems(body['output_config']),
    ...cacheControlProblems(body),
  ];
}

function fieldProblems(body: JsonObject): string[] {
  return Object.keys(body).flatMap((field) => {
    if (SAMPLING_FIELDS.has(field)) return [`${field}: sampling parameters are not supported; remove it`];
    return KNOWN_FIELDS.has(field) ? [] : [`${field}: Extra inputs are not permitted`];
  });
}

function modelProblems(model: unknown): string[] {
  if (model === undefined) return ['model: Field required'];
  return typeof model === 'string' && model !== '' ? [] : ['model: Input should be a non-empty string'];
}

function maxTokensProblems(maxTokens: unknown): string[] {
  if (maxTokens === undefined) return ['max_tokens: Field required'];
  const isValid = typeof maxTokens === 'number' && Number.isInteger(maxTokens) && maxTokens >= 1;
  return isValid ? [] : ['max_tokens: Input should be an integer of at least 1'];
}

function optionalProblems(body: JsonObject): string[] {
  const problems: string[] = [];
  if (body['stream'] !== undefined && typeof body['stream'] !== 'boolean') {
    problems.push('stream: Input should be true or false');
  }
  if (body['metadata'] !== undefined && !isJsonObject(body['metadata'])) {
    problems.push('metadata: Input should be an object');
  }
  const stops = body['stop_sequences'];
  const areStops = Array.isArray(stops) && stops.every((stop) => typeof stop === 'string' && stop !== '');
  if (stops !== undefined && !areStops) {
    problems.push('stop_sequences: Input should be a list of non-empty strings');
  }
  return problems;
}

function toolChoiceProblems(choice: unknown): string[] {
  if (choice === undefined) return [];
  const type = isJsonObject(choice) ? choice['type'] : undefined;
  if (type === 'any' || type === 'tool') {
    return [`tool_choice.type: forced tool use ("${type}") is not supported; use "auto" or "none"`];
  }
  return type === 'auto' || type === 'none' ? [] : ['tool_choice.type: Input should be "auto" or "none"'];
}

function thinkingProblems(thinking: unknown, maxTokens: unknown): string[] {
  if (thinking === undefined) return [];
  const { type, budget_tokens: budget } = isJsonObject(thinking) ? thinking : {};
  if (typeof type !== 'string' || !THINKING_TYPES.includes(type)) {
    return [`thinking.type: Input should be one of ${THINKING_TYPES.join(', ')}`];
  }
  if (type !== 'enabled') return [];
  if (typeof budget !== 'number' || budget < 1024) {
    return ['thinking.budget_tokens: Input should be at least 1024'];
  }
  const isBelow = typeof maxTokens !== 'number' || budget < maxTokens;
  return isBelow ? [] : ['thinking.budget_tokens: Input should be less than max_tokens'];
}
