import { startApiServer } from './api-server.mjs';
import { oneConnection, send } from './connections.mjs';
import { delaysOf } from './streams.mjs';

/** @typedef {import('./connections.mjs').Call} Call */
/** @typedef {import('./streams.mjs').Delays} Delays */
/** @typedef {{ name: string, call: Partial<Call>, status: number }} Refusal */

/**
 * Latencies of one kind of request, ms.
 * @typedef {object} RefusalFigures
 * @property {string} name
 * @property {Delays} alone one after the other, with nothing else going on
 * @property {number} cpuMs of the server for one of them
 * @property {Delays} loaded the same, while other connections send requests that are refused too
 */

const MEGABYTE = 1_048_576;

/** A thousand tasks in a ring: each waits for the one before. */
function ring() {
  const tasks = Array.from({ length: 1_000 }, (_, index) => ({
    id: `t${index}`,
    worker: 'researcher',
    description: `Find out what there is to know about part ${index}.`,
    dependencies: [`t${(index + 999) % 1_000}`],
  }));
  return JSON.stringify({ goal: 'Go round.', plan: { tasks } });
}

/** What nobody's request should cost the others: GET /livez first, to compare with. @type {readonly Refusal[]} */
const refusals = [
  { name: 'GET /livez', call: { path: '/livez' }, status: 200 },
  { name: 'no key: 401', call: { body: '{"goal":"Hello"}' }, status: 401 },
  { name: 'bad JSON: 400', call: { body: '{"goal": "Hello', key: '' }, status: 400 },
  { name: 'unknown field: 400', call: { body: '{"goal":"Hello","labls":{}}', key: '' }, status: 400 },
  { name: 'text too long, 1 MiB: 400', call: { body: tooLong(MEGABYTE), key: '' }, status: 400 },
  { name: 'body over 1 MiB: 413', call: { body: tooLong(MEGABYTE + 1), key: '' }, status: 413 },
  { name: '1,000 tasks in a ring: 400', call: { body: ring(), key: '' }, status: 400 },
];

/** @param {number} bytes of the whole body */
function tooLong(bytes) {
  const [before, after] = ['{"goal":"', '"}'];
  return Buffer.from(`${before}${'x'.repeat(bytes - before.length - after.length)}${after}`);
}

/**
 * @param {import('./http-lanes.mjs').LaneOptions} options
 * @returns {Promise<RefusalFigures[]>}
 */
export async function measureRefusals({ side, sizes }) {
  const server = await startApiServer(side);
  /** @param {Refusal} refusal @returns {Call} */
  const callOf = ({ call }) => ({
    path: '/v1/goals',
    port: server.port,
    ...call,
    ...(call.key !== undefined && { key: server.key }),
  });
  try {
    for (const refusal of refusals) await latencies(callOf(refusal), refusal, sizes.warmUpCalls);
    /** @type {RefusalFigures[]} */
    const figures = [];
    for (const refusal of refusals) {
      const cpuBefore = await server.cpuSeconds();
      const alone = await latencies(callOf(refusal), refusal, sizes.calls);
      const cpuMs = (((await server.cpuSeconds()) - cpuBefore) * 1_000) / sizes.calls;
      const stopLoad = startLoad(callOf, sizes.connections);
      const loaded = await latencies(callOf(refusal), refusal, sizes.calls);
      await stopLoad();
      figures.push({ name: refusal.name, cpuMs, alone: delaysOf(alone), loaded: delaysOf(loaded) });
    }
    return figures;
  } finally {
    await server.stop();
  }
}

/** @param {Call} call @param {Refusal} expected @param {number} count */
async function latencies(call, { name, status }, count) {
  const agent = oneConnection();
  /** @type {number[]} */
  const measured = [];
  for (let sent = 0; sent < count; sent += 1) {
    const reply = await send({ ...call, agent });
    if (reply.status !== status) throw new Error(`${name} was answered with ${reply.status}: ${reply.text}`);
    measured.push(reply.ms);
  }
  agent.destroy();
  return measured;
}

/**
 * Requests that are refused cheaply, one after the other on each of the connections.
 * @param {(refusal: Refusal) => Call} callOf
 * @param {number} connections
 */
function startLoad(callOf, connections) {
  const cheap = refusals.filter(({ call }) => typeof call.body === 'string' && call.body.length < 100);
  const over = new AbortController();
  const lanes = Array.from({ length: connections }, async (_, lane) => {
    const agent = oneConnection();
    for (let sent = lane; !over.signal.aborted; sent += 1) {
      const refusal = cheap[sent % cheap.length];
      if (refusal) await send({ ...callOf(refusal), agent });
    }
    agent.destroy();
  });
  return async () => {
    over.abort();
    await Promise.all(lanes);
  };
}
