import { expect, onTestFinished, test, vi } from 'vitest';

test.each([
  ['bedrock', '@anthropic-ai/bedrock-sdk'],
  ['vertex', '@anthropic-ai/vertex-sdk'],
] as const)('%s without its package is told with what to install', async (provider, name) => {
  onTestFinished(() => {
    vi.doUnmock('node:module');
    vi.resetModules();
  });
  vi.resetModules();
  const resolve = vi.fn(() => {
    throw new Error('Cannot find module');
  });
  vi.doMock('node:module', () => ({ createRequire: () => ({ resolve }) }));
  const { assertUsable } = await import('./anthropic-client.ts');
  const options = { provider, apiKey: null, baseUrl: null, settings: 'MODEL_STRONG', timeoutMs: 1_000 };
  expect(() => assertUsable(options)).toThrow(
    `MODEL_STRONG_PROVIDER: ${provider} needs the package ${name}, which is not installed: npm install ${name}@1`,
  );
  expect(() => assertUsable({ ...options, provider: 'anthropic' })).not.toThrow();
  expect(resolve).toHaveBeenCalledExactlyOnceWith(name);
});
