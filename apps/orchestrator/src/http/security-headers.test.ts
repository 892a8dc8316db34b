import express from 'express';
import { expect, it } from 'vitest';
import { pageHeaders, securityHeaders } from './security-headers.ts';
import { serve } from './testing/serve.ts';

async function headersOf(path: string): Promise<Headers> {
  const app = express();
  app.use(securityHeaders);
  app.get('/data', (_request, response) => void response.end());
  app.get(
    '/page',
    pageHeaders({ inlineStyles: true, scriptHashes: ["'sha256-abc='"] }),
    (_request, response) => void response.end(),
  );
  return (await fetch((await serve(app)) + path)).headers;
}

it('lets a browser do nothing on behalf of data', async () => {
  const headers = await headersOf('/data');
  expect(headers.get('content-security-policy')).toBe(
    "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'",
  );
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('x-frame-options')).toBe('DENY');
  expect(headers.get('referrer-policy')).toBe('no-referrer');
  expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
  expect(headers.get('strict-transport-security')).toBeNull();
});

it('lets a page use what this server serves, and what it names', async () => {
  const policy = (await headersOf('/page')).get('content-security-policy') ?? '';
  const directives = policy.split(';');
  expect(directives).toContain("default-src 'self'");
  expect(directives).toContain("script-src 'self' 'sha256-abc='");
  expect(directives).toContain("style-src 'self' 'unsafe-inline'");
  expect(policy).not.toMatch(/unsafe-eval|https?:|\*/);
});
