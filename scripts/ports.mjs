import { createServer } from 'node:net';

/**
 * A port that is free on the loopback address at this moment: whoever starts a server on it must be ready to lose it.
 * @returns {Promise<number>}
 */
export function freePort() {
  return listenOnce(0);
}

/** @param {number} port @param {string} [host] */
export async function isPortFree(port, host) {
  try {
    await listenOnce(port, host);
    return true;
  } catch {
    return false;
  }
}

/** @param {number} port @param {string} [host] @returns {Promise<number>} */
function listenOnce(port, host = '127.0.0.1') {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      const chosen = typeof address === 'object' && address ? address.port : port;
      server.close(() => resolve(chosen));
    });
  });
}
