import { connect } from 'node:net';

/**
 * Where readers get their events.
 * @typedef {object} EventSource
 * @property {number} port
 * @property {string} path
 * @property {string} [key]
 */

/**
 * Readers of one stream of server-sent events, on a connection each.
 * @typedef {object} EventReaders
 * @property {(id: number) => Promise<void>} seen resolves when every reader has got the event with this id
 * @property {() => void} close
 */

const OPENED_AT_ONCE = 50;
const HEAD_END = '\r\n\r\n';

/**
 * Resolves when every reader has the head of its reply. They look at nothing but the ids, so that the reading costs as little as may be: all of them share this process.
 * @param {EventSource} source
 * @param {number} count
 * @param {{ isReading?: boolean, onEvent?: (id: number) => void }} [options] `isReading` false: they take nothing
 * @returns {Promise<EventReaders>}
 */
export async function openReaders({ port, path, key }, count, { isReading = true, onEvent } = {}) {
  const request = `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: text/event-stream\r\n${
    key === undefined ? '' : `authorization: Bearer ${key}\r\n`
  }\r\n`;
  /** @type {import('node:net').Socket[]} */
  const sockets = [];
  /** @type {Map<number, { left: number, resolve: () => void }>} */
  const awaited = new Map();
  /** @type {(error: Error) => void} */
  let fail = () => undefined;
  const failed = new Promise((_resolve, reject) => {
    fail = reject;
  });
  failed.catch(() => undefined);
  let isClosed = false;

  /** @param {number} id */
  function note(id) {
    onEvent?.(id);
    const waiting = awaited.get(id);
    if (!waiting) return;
    waiting.left -= 1;
    if (waiting.left === 0) waiting.resolve();
  }

  function openOne() {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1' });
      sockets.push(socket);
      let isOpen = false;
      let unread = '';
      let last = 0;
      socket.once('error', (error) => {
        reject(error);
        if (isReading) fail(error);
      });
      socket.once('close', () => {
        if (isReading && !isClosed) fail(new Error(`A stream ended after event ${last}.`));
      });
      socket.setEncoding('latin1').on('data', (/** @type {string} */ text) => {
        unread += text;
        if (!isOpen) {
          if (!unread.includes(HEAD_END)) return;
          isOpen = true;
          if (!isReading) socket.pause();
          if (unread.startsWith('HTTP/1.1 200')) resolve(null);
          else reject(new Error(unread.slice(0, unread.indexOf('\r\n'))));
        }
        let from = 0;
        for (;;) {
          const at = unread.indexOf('id: ', from);
          const end = at === -1 ? -1 : unread.indexOf('\n', at);
          if (end === -1) break;
          const id = Number(unread.slice(at + 4, end));
          from = end;
          if (!Number.isInteger(id)) continue;
          if (last !== 0 && id !== last + 1) fail(new Error(`Event ${id} came after event ${last}.`));
          last = id;
          note(id);
        }
        unread = unread.slice(Math.max(from, unread.length - 32));
      });
      socket.write(request);
    });
  }

  for (let opened = 0; opened < count; opened += OPENED_AT_ONCE) {
    const some = Math.min(OPENED_AT_ONCE, count - opened);
    await Promise.all(Array.from({ length: some }, openOne));
  }
  return {
    seen(id) {
      const all = new Promise((resolve) => {
        awaited.set(id, { left: count, resolve: () => resolve(undefined) });
      });
      return /** @type {Promise<void>} */ (Promise.race([all, failed]));
    },
    close() {
      isClosed = true;
      for (const socket of sockets) socket.destroy();
    },
  };
}
