import { randomUUID } from 'node:crypto';
import { expect, inject, test } from 'vitest';
import { orchestratorSettings } from '@baton/shared/settings/settings';
import { freePort } from '../../../scripts/ports.mjs';
import { scriptedLlm } from '../../../packages/shared/src/model/testing/scripted-llm.ts';
import { startOrchestratorProcess } from './orchestrator-process.ts';

test('a planner that drains says to the end that it lives, and that it is not ready', async () => {
  const port = await freePort();
  const settings = orchestratorSettings({
    REDIS_URL: inject('redisUrl'),
    BATON_PREFIX: `t${randomUUID().slice(0, 8)}`,
    ROLE: 'planner',
    PORT: String(port),
    ANTHROPIC_API_KEY: 'key',
    MODEL_CHECK: 'off',
    LOG_LEVEL: 'fatal',
  });
  const running = await startOrchestratorProcess(settings, scriptedLlm());
  await running.ready;
  const ask = (path: string): Promise<Response> => fetch(`http://127.0.0.1:${port}${path}`);
  expect((await ask('/readyz')).status).toBe(200);
  const stopped = running.stop();
  const [ready, live] = await Promise.all([ask('/readyz'), ask('/livez')]);
  expect([ready.status, await ready.text(), live.status]).toEqual([503, 'this process stops\n', 200]);
  await stopped;
  await expect(ask('/livez')).rejects.toThrow();
});
