import { createHash, randomUUID } from 'node:crypto';
import { freePort } from '../../scripts/ports.mjs';
import { startChild } from '../children.mjs';

/**
 * Baton's HTTP API on its own, with a key, and without a rate limit: nothing is planned or run.
 * @typedef {object} ApiServer
 * @property {number} port
 * @property {string} key
 * @property {string} prefix
 * @property {() => Promise<number>} residentBytes of the process now
 * @property {() => Promise<number>} cpuSeconds of user and system time since it began
 * @property {() => Promise<void>} stop
 */

/**
 * @param {import('../side.mjs').SideOptions} options
 * @returns {Promise<ApiServer>}
 */
export async function startApiServer({ redisUrl, prefix, children }) {
  const port = await freePort();
  const key = randomUUID();
  const child = await startChild(
    'orchestrator',
    new URL('../baton/orchestrator-process.mjs', import.meta.url),
    {
      REDIS_URL: redisUrl,
      BATON_PREFIX: prefix,
      ROLE: 'api',
      PORT: String(port),
      BATON_API_KEYS: `bench:${createHash('sha256').update(key).digest('hex')}`,
      RATE_LIMIT: '0',
      TENANT_MAX_GOALS: '0',
      // Required, and never connected to.
      ANTHROPIC_BASE_URL: 'http://127.0.0.1:9',
    },
    children,
  );
  return {
    port,
    key,
    prefix,
    stop: child.stop,
    cpuSeconds: child.cpuSeconds,
    async residentBytes() {
      const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      const bytes = /^\w*process_resident_memory_bytes(?:\{.*\})? ([\d.e+]+)/m.exec(text)?.[1];
      if (bytes === undefined) throw new Error('The process does not tell its memory on /metrics.');
      return Number(bytes);
    },
  };
}
