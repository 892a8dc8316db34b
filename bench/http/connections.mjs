import { Agent, request } from 'node:http';

/**
 * @typedef {object} Call
 * @property {number} port
 * @property {string} path
 * @property {'GET' | 'POST'} [method] GET unless there is a body
 * @property {string | Buffer} [body] JSON
 * @property {string} [key]
 * @property {import('node:http').Agent} [agent]
 */

/** One connection that is kept. */
export function oneConnection() {
  return new Agent({ keepAlive: true, maxSockets: 1 });
}

/**
 * @param {Call} call
 * @returns {Promise<{ status: number, text: string, ms: number }>} `ms` until the whole reply was here
 */
export function send({ port, path, method, body, key, agent }) {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const sent = request(
      {
        port,
        host: '127.0.0.1',
        path,
        method: method ?? (body === undefined ? 'GET' : 'POST'),
        agent,
        headers: {
          ...(key !== undefined && { authorization: `Bearer ${key}` }),
          ...(body !== undefined && {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(body),
          }),
        },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (/** @type {string} */ part) => (text += part));
        response.once('error', reject);
        response.once('end', () =>
          resolve({ status: response.statusCode ?? 0, text, ms: performance.now() - start }),
        );
      },
    );
    sent.once('error', reject);
    sent.end(body);
  });
}

/**
 * Calls again and again, one after the other on a connection of its own, until `work` has ended.
 * @template Result
 * @param {Call} call
 * @param {Promise<Result>} work
 * @returns {Promise<[Result, number[]]>} what came of the work, and the calls' latencies in ms
 */
export async function latenciesWhile(call, work) {
  const agent = oneConnection();
  /** @type {number[]} */
  const latencies = [];
  const over = new AbortController();
  const lane = (async () => {
    while (!over.signal.aborted) latencies.push((await send({ ...call, agent })).ms);
  })();
  try {
    const result = await work;
    return [result, latencies];
  } finally {
    over.abort();
    await lane.catch(() => undefined);
    agent.destroy();
  }
}
