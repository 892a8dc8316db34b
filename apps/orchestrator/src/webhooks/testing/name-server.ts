import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { isIP } from 'node:net';
import { onTestFinished } from 'vitest';

const QUERY_HEAD = 12;
const types: Readonly<Record<number, 4 | 6>> = { 1: 4, 28: 6 };
const NO_SUCH_NAME = 3;

function bytesOf(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number));
  const [head = '', tail = ''] = address.split('::');
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const zeros = Array<string>(8 - groups(head).length - groups(tail).length).fill('0');
  const all = address.includes('::') ? [...groups(head), ...zeros, ...groups(tail)] : groups(address);
  return Buffer.concat(all.map((group) => Buffer.from(group.padStart(4, '0'), 'hex')));
}

function readQuestion(query: Buffer): { name: string; family: 4 | 6 | undefined; question: Buffer } {
  const labels: string[] = [];
  let at = QUERY_HEAD;
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  const question = query.subarray(QUERY_HEAD, at + 5);
  return { name: labels.join('.').toLowerCase(), family: types[query.readUInt16BE(at + 1)], question };
}

function replyTo(query: Buffer, names: Readonly<Record<string, readonly string[]>>): Buffer {
  const { name, family, question } = readQuestion(query);
  const addresses = (names[name] ?? []).filter((address) => isIP(address) === family);
  const head = Buffer.alloc(QUERY_HEAD);
  query.copy(head, 0, 0, 2);
  head.writeUInt16BE(0x8180 | (name in names ? 0 : NO_SUCH_NAME), 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(addresses.length, 6);
  const answers = addresses.map((address) => {
    const data = bytesOf(address);
    const record = Buffer.from([
      0xc0,
      QUERY_HEAD,
      0,
      family === 4 ? 1 : 28,
      0,
      1,
      0,
      0,
      0,
      0,
      0,
      data.length,
    ]);
    return Buffer.concat([record, data]);
  });
  return Buffer.concat([head, question, ...answers]);
}

export interface NameServer {
  /** As `Resolver.setServers` takes it. */
  readonly address: string;
  /** Questions that came so far. */
  asked(): number;
}

/** A name server on this machine that knows these names, and says nothing at all of `silent` ones. */
export async function nameServer(
  names: Readonly<Record<string, readonly string[]>>,
  silent: readonly string[] = [],
): Promise<NameServer> {
  let questions = 0;
  const socket = createSocket('udp4', (query, { port, address }) => {
    questions += 1;
    if (!silent.includes(readQuestion(query).name)) socket.send(replyTo(query, names), port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  onTestFinished(() => void socket.close());
  return { address: `127.0.0.1:${socket.address().port}`, asked: () => questions };
}
