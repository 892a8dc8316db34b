import express from 'express';
import { expect, it, vi } from 'vitest';
import { createLogger } from '@baton/shared/telemetry/logger';
import { problemHandler } from './problem.ts';
import { serve } from './testing/serve.ts';

it('a reply that fails half-way is broken off, and its error told by the log alone', async () => {
  const printed = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const lines: string[] = [];
  const app = express();
  app.get('/', async (_request, response) => {
    response.write('half');
    await Promise.reject(new Error('canary'));
  });
  app.use(problemHandler(createLogger('test', 'trace', { write: (line) => lines.push(line) })));
  const reply = fetch(await serve(app)).then((response) => response.text());
  await expect(reply).rejects.toThrow();
  expect(lines.join('')).toContain('reply broken off');
  expect(lines.join('')).not.toContain('canary');
  expect(printed).not.toHaveBeenCalled();
});
