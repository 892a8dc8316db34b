import { expect, test, vi } from 'vitest';
import { assertUsable } from './anthropic-client.ts';

test.each([
  ['bedrock', '@anthropic-ai/bedrock-sdk'],
  ['vertex', '@anthropic-ai/vertex-sdk'],
] as const)('%s without its package is told with what to install', (provider, name) => {
  const isInstalled = vi.fn(() => false);
  const options = { provider, apiKey: null, baseUrl: null, settings: 'MODEL_STRONG', timeoutMs: 1_000 };
  expect(() => assertUsable(options, isInstalled)).toThrow(
    `MODEL_STRONG_PROVIDER: ${provider} needs the package ${name}, which is not installed: npm install ${name}@1`,
  );
  expect(() => assertUsable({ ...options, provider: 'anthropic' }, isInstalled)).not.toThrow();
  expect(isInstalled).toHaveBeenCalledExactlyOnceWith(name);
});

test('a package that is installed is found', () => {
  const options = { provider: 'vertex', apiKey: null, baseUrl: null, timeoutMs: 1_000 } as const;
  expect(() => assertUsable(options)).not.toThrow();
});
