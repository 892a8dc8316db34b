import { connect } from 'node:net';

/**
 * Whether a Redis server answers there: `ready`, `loading` its data, or `silent` with the reason. A server that asks
 * for a password first counts as ready.
 * @param {{ host: string, port: number, timeoutMs?: number }} address
 * @returns {Promise<{ state: 'ready' | 'loading' } | { state: 'silent', reason: string }>}
 */
export function ping({ host, port, timeoutMs = 1_000 }) {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    /** @param {{ state: 'ready' | 'loading' } | { state: 'silent', reason: string }} answer */
    function finish(answer) {
      socket.destroy();
      resolve(answer);
    }
    socket.setTimeout(timeoutMs, () =>
      finish({ state: 'silent', reason: `no answer within ${timeoutMs} ms` }),
    );
    socket.once('error', (error) => finish({ state: 'silent', reason: reasonOf(error) }));
    socket.once('connect', () => socket.write('PING\r\n'));
    socket.once('data', (reply) => {
      const text = reply.toString('latin1').split('\r\n', 1)[0] ?? '';
      if (text.startsWith('+PONG') || text.startsWith('-NOAUTH')) finish({ state: 'ready' });
      else if (text.startsWith('-LOADING')) finish({ state: 'loading' });
      else finish({ state: 'silent', reason: `the answer to PING was "${text.slice(0, 80)}"` });
    });
    socket.once('close', () => finish({ state: 'silent', reason: 'the connection was closed' }));
  });
}

/** @param {Error & { code?: string }} error */
function reasonOf(error) {
  return error.code ?? error.message;
}
