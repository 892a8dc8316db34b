import { Agent, request } from 'node:http';
import { endsStream } from '@baton/shared/contract/event';

/** @typedef {import('@baton/shared/contract/event').GoalEvent} GoalEvent */
/** @typedef {import('@baton/shared/contract/goal').Goal} Goal */

/**
 * Talks to Baton as a backend would, over kept-alive connections.
 * @typedef {object} GoalClient
 * @property {(body: string) => Promise<string>} submit a goal's JSON; resolves to its id
 * @property {(goalId: string, onEvent?: (event: GoalEvent) => void) => Promise<string>} awaitEnd
 *   reads the goal's server-sent events; resolves to the name of the last one
 * @property {(goalId: string) => Promise<Goal>} read
 * @property {() => void} close
 */

/** @param {string} baseUrl @returns {GoalClient} */
export function openGoalClient(baseUrl) {
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity });

  /**
   * @param {'GET' | 'POST'} method
   * @param {string} path
   * @param {{ accept: string, body?: string }} options
   * @returns {Promise<import('node:http').IncomingMessage>} its text is still to be read
   */
  function send(method, path, { accept, body }) {
    return new Promise((resolve, reject) => {
      const headers = {
        accept,
        ...(body !== undefined && {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        }),
      };
      const sent = request(`${baseUrl}${path}`, { agent, method, headers }, resolve);
      sent.once('error', reject);
      sent.end(body);
    });
  }

  /** @param {'GET' | 'POST'} method @param {string} path @param {string} [body] @returns {Promise<Goal>} */
  async function goalFrom(method, path, body) {
    const response = await send(method, path, {
      accept: 'application/json',
      ...(body !== undefined && { body }),
    });
    const text = (await response.setEncoding('utf8').toArray()).join('');
    const status = response.statusCode ?? 0;
    if (status >= 300) throw new Error(`${method} ${path} was answered with ${status}: ${text}`);
    return /** @type {Goal} */ (JSON.parse(text));
  }

  return {
    submit: async (body) => (await goalFrom('POST', '/v1/goals', body)).id,
    read: (goalId) => goalFrom('GET', `/v1/goals/${goalId}`),
    async awaitEnd(goalId, onEvent) {
      const response = await send('GET', `/v1/goals/${goalId}/events`, { accept: 'text/event-stream' });
      if (response.statusCode !== 200) {
        throw new Error(`The events of ${goalId} were answered with ${response.statusCode}.`);
      }
      return lastEventOf(response, onEvent);
    },
    close: () => agent.destroy(),
  };
}

/**
 * Resolves when the terminal event is here; what follows it is read off, so that the connection can be used again.
 * @param {import('node:http').IncomingMessage} response
 * @param {((event: GoalEvent) => void) | undefined} onEvent
 * @returns {Promise<string>}
 */
function lastEventOf(response, onEvent) {
  return new Promise((resolve, reject) => {
    let unread = '';
    response.setEncoding('utf8');
    response.on('data', (/** @type {string} */ text) => {
      const frames = (unread + text).split('\n\n');
      unread = frames.pop() ?? '';
      for (const frame of frames) {
        const name = fieldOf(frame, 'event');
        if (name === null) continue;
        onEvent?.(parseFrame(frame, name));
        if (endsStream(/** @type {GoalEvent['event']} */ (name))) resolve(name);
      }
    });
    response.once('close', () => reject(new Error('The events ended before the goal did.')));
  });
}

/** @param {string} frame @param {'id' | 'event' | 'data'} name */
function fieldOf(frame, name) {
  const label = `${name}: `;
  const start = frame.startsWith(label) ? 0 : frame.indexOf(`\n${label}`) + 1;
  if (start === 0 && !frame.startsWith(label)) return null;
  const end = frame.indexOf('\n', start);
  return frame.slice(start + label.length, end === -1 ? undefined : end);
}

/** @param {string} frame @param {string} name @returns {GoalEvent} */
function parseFrame(frame, name) {
  return {
    id: fieldOf(frame, 'id') ?? '',
    event: /** @type {GoalEvent['event']} */ (name),
    data: JSON.parse(fieldOf(frame, 'data') ?? '{}'),
  };
}
