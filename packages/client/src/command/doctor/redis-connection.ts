import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** How long Redis may take over all of it, in ms. */
const PATIENCE = 5_000;
const LINE_END = '\r\n';

/** One reply of RESP2: `+text`, `:number`, `-error`, or `$length` and so many bytes. */
export type Reply = { readonly text: string } | { readonly error: string };

/** The first whole reply in the bytes and how many it takes; null while there is none. Throws on what is not Redis. */
export function readReply(bytes: Buffer): { reply: Reply; length: number } | null {
  const end = bytes.indexOf(LINE_END);
  if (end < 0) return null;
  const line = bytes.toString('utf8', 1, end);
  const length = end + LINE_END.length;
  const kind = String.fromCharCode(bytes[0] ?? 0);
  if (kind === '+' || kind === ':') return { reply: { text: line }, length };
  if (kind === '-') return { reply: { error: line }, length };
  const size = /^\d{1,9}$/.test(line) ? Number(line) : -1;
  if (kind !== '$' || size < 0) throw new Error('what answers there is not Redis');
  const whole = length + size + LINE_END.length;
  return bytes.length < whole
    ? null
    : { reply: { text: bytes.toString('utf8', length, length + size) }, length: whole };
}

function encode(command: readonly string[]): string {
  const parts = command.map((part) => `$${Buffer.byteLength(part)}${LINE_END}${part}${LINE_END}`);
  return `*${command.length}${LINE_END}${parts.join('')}`;
}

function open(url: URL): Socket {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port || 6379);
  return url.protocol === 'rediss:'
    ? connectTls({ host, port, servername: host })
    : connectTcp({ host, port });
}

/** What Redis answers to each of these. Rejects with what Redis or the network says, never with the password. */
export function askRedis(
  url: URL,
  questions: readonly (readonly string[])[],
  signal: AbortSignal,
): Promise<string[]> {
  const user = decodeURIComponent(url.username);
  const password = decodeURIComponent(url.password);
  const login = password === '' ? [] : [['AUTH', ...(user === '' ? [] : [user]), password]];
  const commands = [...login, ...questions];
  const answers: string[] = [];
  return new Promise((resolve, reject) => {
    const socket = open(url);
    let bytes = Buffer.alloc(0);
    const settle = (act: () => void): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      socket.destroy();
      act();
    };
    const fail = (error: Error): void => settle(() => reject(error));
    const onAbort = (): void => fail(signal.reason as Error);
    const timer = setTimeout(() => fail(new Error(`no answer within ${PATIENCE / 1_000} s`)), PATIENCE);
    signal.addEventListener('abort', onAbort, { once: true });
    socket.on('error', fail);
    socket.on('close', () => fail(new Error('the connection was cut')));
    socket.on('data', (more: Buffer) => {
      try {
        bytes = Buffer.concat([bytes, more]);
        for (let next = readReply(bytes); next !== null; next = readReply(bytes)) {
          bytes = bytes.subarray(next.length);
          const { reply } = next;
          if ('error' in reply) throw new Error(reply.error);
          answers.push(reply.text);
          if (answers.length === commands.length) settle(() => resolve(answers.slice(login.length)));
        }
      } catch (error) {
        fail(error as Error);
      }
    });
    socket.write(commands.map(encode).join(''));
  });
}
