import type { Descriptions } from './description.ts';

/** Endpoints of a tier's own. */
export const endpointDescriptions = {
  MODEL_FAST_BASE_URL: {
    does: 'The [endpoint](models.md#endpoints) of the tier `fast`, such as a local server.',
    example: 'http://127.0.0.1:11434',
  },
  MODEL_FAST_API_KEY: {
    does: 'Its key. A key is never sent to an address that it was not given for.',
    format: 'text',
    example: 'sk-…',
  },
  MODEL_FAST_HEADERS: {
    does: 'Headers of every request to it.',
    format: '`name: value` pairs with `;` between them, or a JSON object of texts',
    example: 'x-team: search; x-trace: on',
  },
  MODEL_FAST_PROVIDER: {
    does: 'Whose API it is. `bedrock` and `vertex` find their credentials by their own means.',
    example: 'bedrock',
  },
  MODEL_BALANCED_BASE_URL: {
    does: 'The [endpoint](models.md#endpoints) of the tier `balanced`, such as a local server.',
    example: 'http://127.0.0.1:11434',
  },
  MODEL_BALANCED_API_KEY: {
    does: 'Its key. A key is never sent to an address that it was not given for.',
    format: 'text',
    example: 'sk-…',
  },
  MODEL_BALANCED_HEADERS: {
    does: 'Headers of every request to it.',
    format: '`name: value` pairs with `;` between them, or a JSON object of texts',
    example: 'x-team: search; x-trace: on',
  },
  MODEL_BALANCED_PROVIDER: {
    does: 'Whose API it is. `bedrock` and `vertex` find their credentials by their own means.',
    example: 'bedrock',
  },
  MODEL_STRONG_BASE_URL: {
    does: 'The [endpoint](models.md#endpoints) of the tier `strong`, such as a local server.',
    example: 'http://127.0.0.1:11434',
  },
  MODEL_STRONG_API_KEY: {
    does: 'Its key. A key is never sent to an address that it was not given for.',
    format: 'text',
    example: 'sk-…',
  },
  MODEL_STRONG_HEADERS: {
    does: 'Headers of every request to it.',
    format: '`name: value` pairs with `;` between them, or a JSON object of texts',
    example: 'x-team: search; x-trace: on',
  },
  MODEL_STRONG_PROVIDER: {
    does: 'Whose API it is. `bedrock` and `vertex` find their credentials by their own means.',
    example: 'bedrock',
  },
} as const satisfies Partial<Descriptions>;
