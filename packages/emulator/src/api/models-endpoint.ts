import type { JsonObject } from '../json.ts';
import { ApiError } from './api-error.ts';

const MODELS = [
  ['claude-fable-5-2', 'Claude Fable 5.2', 'fable'],
  ['claude-opus-5-5', 'Claude Opus 5.5', 'opus'],
  ['claude-sonnet-5-5', 'Claude Sonnet 5.5', 'sonnet'],
  ['claude-haiku-5-5', 'Claude Haiku 5.5', 'haiku'],
] as const;

/** `GET /v1/models`: the models by name; the emulator answers for any other name as well. */
export function listModels(): JsonObject {
  const data = MODELS.map(([id, name, line]) => modelInfo(id, name, line));
  return { data, has_more: false, first_id: MODELS[0][0], last_id: MODELS.at(-1)?.[0] ?? null };
}

/** `GET /v1/models/:id`. Throws 404 for a model that is not listed. */
export function retrieveModel(id: string): JsonObject {
  const model = MODELS.find(([known]) => known === id);
  if (model === undefined) throw new ApiError(404, 'not_found_error', `model: ${id}`);
  const [known, name, line] = model;
  return modelInfo(known, name, line);
}

function modelInfo(id: string, name: string, line: string): JsonObject {
  return {
    type: 'model',
    id,
    display_name: `${name} (simulated)`,
    created_at: '2026-01-01T00:00:00Z',
    deprecated_at: null,
    retires_at: null,
    lifecycle: 'active',
    line,
    capabilities: null,
    max_input_tokens: 200_000,
    max_tokens: 64_000,
  };
}
