import { expect, it } from 'vitest';
import { openMessages } from './anthropic-client.ts';

it('the SDK traces nothing by itself, whatever is set up in the process, and sends no trace ids', async () => {
  const client = await openMessages({
    provider: 'anthropic',
    apiKey: 'key',
    baseUrl: null,
    headers: {},
    settings: 'ANTHROPIC',
    timeoutMs: 1_000,
  });
  expect(client).toMatchObject({ openTelemetry: { propagation: false, traces: { enabled: false } } });
});
