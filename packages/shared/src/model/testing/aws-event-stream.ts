import { crc32 } from 'node:zlib';

const PRELUDE = 12;
const CHECKSUM = 4;
const TEXT = 7;

function header(name: string, value: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(Buffer.byteLength(value));
  return Buffer.concat([
    Buffer.from([Buffer.byteLength(name)]),
    Buffer.from(name),
    Buffer.from([TEXT]),
    length,
    Buffer.from(value),
  ]);
}

/** One message of AWS's binary event stream, as Bedrock frames a piece of a Messages API stream. */
export function bedrockChunk(event: object): Buffer {
  const headers = Buffer.concat([
    header(':event-type', 'chunk'),
    header(':content-type', 'application/json'),
    header(':message-type', 'event'),
  ]);
  const bytes = Buffer.from(JSON.stringify(event)).toString('base64');
  const payload = Buffer.from(JSON.stringify({ bytes }));
  const message = Buffer.alloc(PRELUDE + headers.length + payload.length + CHECKSUM);
  message.writeUInt32BE(message.length, 0);
  message.writeUInt32BE(headers.length, 4);
  message.writeUInt32BE(crc32(message.subarray(0, 8)), 8);
  headers.copy(message, PRELUDE);
  payload.copy(message, PRELUDE + headers.length);
  message.writeUInt32BE(crc32(message.subarray(0, -CHECKSUM)), message.length - CHECKSUM);
  return message;
}
