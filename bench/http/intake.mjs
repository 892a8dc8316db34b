import { startApiServer } from './api-server.mjs';
import { oneConnection, send } from './connections.mjs';

/**
 * Goals that were accepted, per second.
 * @typedef {object} IntakeRound
 * @property {number} single one request each, many in flight
 * @property {number | null} batch all in one request; null where the API takes no batch
 */

/** @param {number} index */
function goalOf(index) {
  return { goal: `Find out what is new about subject ${index}.`, labels: { run: 'bench' } };
}

/**
 * @param {number} round
 * @param {import('./http-lanes.mjs').LaneOptions} options
 * @returns {Promise<IntakeRound>}
 */
export async function measureIntake(round, { side, sizes }) {
  const server = await startApiServer(side);
  const { port, key } = server;
  const bodies = Array.from({ length: sizes.goals }, (_, index) => JSON.stringify(goalOf(index)));

  /** @param {readonly string[]} some */
  async function single(some) {
    const start = performance.now();
    let next = 0;
    const lane = async () => {
      const agent = oneConnection();
      while (next < some.length) {
        const body = some[next] ?? '';
        next += 1;
        const { status, text } = await send({ port, key, path: '/v1/goals', body, agent });
        if (status !== 202) throw new Error(`POST /v1/goals was answered with ${status}: ${text}`);
      }
      agent.destroy();
    };
    await Promise.all(Array.from({ length: sizes.connections }, lane));
    return perSecond(some.length, start);
  }

  /** @param {readonly string[]} some */
  async function batch(some) {
    const start = performance.now();
    const body = `{"goals":[${some.join(',')}]}`;
    const { status, text } = await send({ port, key, path: '/v1/goals/batch', body });
    if (status === 404 || status === 405) return null;
    const rate = perSecond(some.length, start);
    const { items } = /** @type {{ items: { status: number }[] }} */ (JSON.parse(text));
    const accepted = items?.filter((item) => item.status === 202).length;
    if (status !== 207 || accepted !== some.length) {
      throw new Error(`POST /v1/goals/batch was answered with ${status}: ${text.slice(0, 500)}`);
    }
    return rate;
  }

  try {
    const few = bodies.slice(0, sizes.warmUpCalls);
    await single(few);
    await batch(few);
    if (round % 2 === 1) {
      const rate = await single(bodies);
      return { single: rate, batch: await batch(bodies) };
    }
    const rate = await batch(bodies);
    return { single: await single(bodies), batch: rate };
  } finally {
    await server.stop();
  }
}

/** @param {number} count @param {number} start */
function perSecond(count, start) {
  return count / ((performance.now() - start) / 1_000);
}
