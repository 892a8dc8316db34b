import { expect, test, vi } from 'vitest';
import { createAnthropicLlm } from './anthropic.ts';
import { openStream, serveMessages } from './testing/messages-server.ts';

/** In a file of its own: the SDK binds the console when it first logs. */
test('a reply that can not be read is not printed', async () => {
  const printed = vi.spyOn(console, 'error').mockReturnValue();
  const server = await serveMessages((response) => {
    openStream(response);
    response.end('event: message_start\ndata: {"private":\n\n');
  });
  const llm = createAnthropicLlm({
    apiKey: 'key',
    baseUrl: server.url,
    idleTimeoutMs: 5_000,
    timeoutMs: 10_000,
  });
  const call = llm.call(
    { model: 'm', system: '', messages: [{ role: 'user', text: 'Hi' }], maxTokens: 1, jsonSchema: null },
    { signal: new AbortController().signal },
  );
  await expect(call).rejects.toMatchObject({ type: 'malformed_response' });
  expect(printed).not.toHaveBeenCalled();
  await server.close();
});
