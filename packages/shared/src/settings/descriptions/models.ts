import type { Descriptions } from './description.ts';

export const modelDescriptions = {
  ANTHROPIC_API_KEY: {
    does: 'Key of the endpoint. This or `ANTHROPIC_BASE_URL` is needed, or an endpoint for each tier.',
    format: 'text',
    example: 'sk-ant-…',
  },
  ANTHROPIC_BASE_URL: {
    does: 'Any server that speaks the Messages API, without `/v1`; the Anthropic API unless given.',
    example: 'http://127.0.0.1:4010',
  },
  MODEL_FAST: {
    does: 'The model of the tier `fast`.',
    format: 'a model id',
    example: 'claude-haiku-5-5',
  },
  MODEL_BALANCED: {
    does: 'The model of the tier `balanced`.',
    format: 'a model id',
    example: 'claude-sonnet-5-5',
  },
  MODEL_STRONG: {
    does: 'The model of the tier `strong`.',
    format: 'a model id',
    example: 'claude-opus-5-5',
  },
  MODEL_FAST_FALLBACK: {
    does: "Asked while the tier's own model is [out of order](models.md#limits).",
    format: 'a model id',
    example: 'claude-sonnet-5-5',
  },
  MODEL_BALANCED_FALLBACK: {
    does: 'Likewise for the tier `balanced`.',
    format: 'a model id',
    example: 'claude-haiku-5-5',
  },
  MODEL_STRONG_FALLBACK: {
    does: 'Likewise for the tier `strong`.',
    format: 'a model id',
    example: 'claude-sonnet-5-5',
  },
  MODEL_CHECK: {
    does: 'What happens at the start when an endpoint does not know a model that it is to serve: a warning, exit 78, or nothing (it is not asked).',
    example: 'fail',
  },
  MODEL_TIMEOUT: { does: 'What one call may take.', example: '20m' },
  MODEL_IDLE_TIMEOUT: { does: 'How long a call may be silent.', example: '2m' },
  MODEL_PRICES_FILE: {
    does: 'Adds to or replaces the built-in [price table](models.md#prices-and-usage).',
    format: 'a JSON file',
    example: '/etc/baton/prices.json',
  },
  MODEL_RPM: {
    does: 'Of each model: requests a minute, until its endpoint tells them; `0`: unknown ([limits](models.md#limits)).',
    example: '4000',
  },
  MODEL_ITPM: { does: 'Likewise: input tokens a minute.', example: '2000000' },
  MODEL_OTPM: { does: 'Likewise: output tokens a minute.', example: '400000' },
  PROMPT_CACHE: {
    does: 'Whether what prompts have in common is [cached](models.md#caching) at the endpoint where that pays.',
    example: 'false',
  },
  MODEL_CONTEXT_TOKENS: {
    does: 'Tokens that a prompt may take; longer material is cut, least important first.',
    example: '1000000',
  },
  STRUCTURED_OUTPUT: {
    does: '`prompt` for servers without structured outputs; `xml`: and plans in XML.',
    example: 'prompt',
  },
  BATCH_INTERVAL: {
    does: 'How often requests of relaxed goals are sent as a [batch](models.md#batches), and batches under way are looked after.',
    example: '5m',
    readBy: ['planner'],
  },
} as const satisfies Partial<Descriptions>;
