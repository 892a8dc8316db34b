import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib';
import { bytesOf, httpRequest, jsonRequest, type HttpRequest } from '../wire/http-request.ts';
import type { Step } from '../wire/connection.ts';
import type { Random } from '../random.ts';
import { REFUSED_GOAL } from './bodies.ts';
import type { Draft, Expected, Family } from './fuzz-case.ts';

const MOST = 1_048_576;
const JSON_TYPE = ['content-type', 'application/json'] as const;

/** JSON of exactly so many bytes, refused in any case. */
function sized(bytes: number): Buffer {
  const start = `{"goal":${JSON.stringify(REFUSED_GOAL)},"zebra":1,"context":"`;
  return Buffer.from(`${start}${'x'.repeat(Math.max(0, bytes - start.length - 2))}"}`);
}

function draft(what: string, request: HttpRequest, expected: Expected = { kind: 'refused' }): Draft {
  return { what, send: request, expected };
}

function stepwise(what: string, steps: Step[], expected: Expected = { kind: 'refused' }): Draft {
  return { what, send: { steps }, expected };
}

function encoded(what: string, encoding: string, body: Buffer, status?: number): Draft {
  const request = jsonRequest('POST', '/v1/goals', body, [['content-encoding', encoding]]);
  return draft(what, request, { kind: 'refused', ...(status !== undefined && { status }) });
}

function head(headers: string, path = '/v1/goals'): Buffer {
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n${headers}\r\n\r\n`,
  );
}

const tooLarge: Expected = { kind: 'refused', status: 413 };
const eitherWay: Expected = { kind: 'answered-or-cut' };

/** One byte or a few at a time. */
function slowly(bytes: Buffer, pieces: number, pause: number): Step[] {
  const size = Math.ceil(bytes.length / pieces);
  return Array.from({ length: pieces }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  ).flatMap((piece) => [piece, { pause }]);
}

function byHand(): Draft[] {
  const chunked = (bytes: number): HttpRequest =>
    httpRequest('POST', '/v1/goals', { headers: [JSON_TYPE], body: sized(bytes), framing: 'chunked' });
  const zeros = Buffer.from(`{"goal":"${'x'.repeat(60_000_000)}"}`);
  const small = sized(300);
  return [
    draft('a body of 1 MiB', jsonRequest('POST', '/v1/goals', sized(MOST)), { kind: 'refused', status: 400 }),
    draft('a body of 1 MiB and a byte', jsonRequest('POST', '/v1/goals', sized(MOST + 1)), tooLarge),
    draft('a body of 3 MiB', jsonRequest('POST', '/v1/goals', sized(3 * MOST)), { kind: 'answered-or-cut' }),
    draft('a body of 1 MiB in chunks', chunked(MOST), { kind: 'refused', status: 400 }),
    draft('a body of 1 MiB and a byte in chunks', chunked(MOST + 1), tooLarge),
    draft(
      '1 MiB and a byte for a route that takes no body',
      jsonRequest('GET', '/v1/worker-types', sized(MOST + 1)),
      { kind: 'answered' },
    ),
    encoded('a gzip that becomes 60 MB', 'gzip', gzipSync(zeros), 413),
    encoded('a deflate that becomes 60 MB', 'deflate', deflateSync(zeros), 413),
    encoded(
      'a brotli that becomes 60 MB',
      'br',
      brotliCompressSync(zeros, { params: { [constants.BROTLI_PARAM_QUALITY]: 2 } }),
      413,
    ),
    encoded('a gzip in a gzip', 'gzip', gzipSync(gzipSync(small))),
    encoded('two encodings', 'gzip, gzip', gzipSync(gzipSync(small)), 415),
    encoded('a gzip that is cut off', 'gzip', gzipSync(small).subarray(0, 40)),
    encoded('a gzip with noise behind', 'gzip', Buffer.concat([gzipSync(small), Buffer.from('noise')])),
    encoded('no gzip', 'gzip', small),
    encoded('no brotli', 'br', small),
    encoded('an encoding that nobody knows', 'zebra', small, 415),
    stepwise('content-length of 10 GB, and nothing', [head('Content-Length: 10000000000')], tooLarge),
    stepwise('content-length of 2^64', [head('Content-Length: 18446744073709551616')]),
    stepwise('a negative content-length', [head('Content-Length: -1')]),
    stepwise('content-length that is no number', [head('Content-Length: 0x10')]),
    stepwise('content-length with a plus', [head('Content-Length: +5'), small]),
    stepwise('two content-lengths', [head('Content-Length: 5\r\nContent-Length: 6'), small]),
    stepwise('one content-length twice in a line', [head('Content-Length: 5, 5'), small]),
    stepwise('content-length shorter than the body', [head('Content-Length: 5'), small], eitherWay),
    stepwise(
      'content-length longer than the body',
      [head(`Content-Length: ${small.length + 9}`), small, 'end'],
      eitherWay,
    ),
    stepwise(
      'half a body, and no more',
      [head('Content-Length: 300'), small.subarray(0, 150), { pause: 50 }, 'end'],
      eitherWay,
    ),
    stepwise(
      'half a chunk, and no more',
      [head('Transfer-Encoding: chunked'), Buffer.from('ff\r\nabc'), 'end'],
      eitherWay,
    ),
    stepwise('a chunk size that is none', [
      head('Transfer-Encoding: chunked'),
      Buffer.from('zz\r\nabc\r\n0\r\n\r\n'),
    ]),
    stepwise('a chunk size of 2^64', [
      head('Transfer-Encoding: chunked'),
      Buffer.from('10000000000000000\r\nabc'),
    ]),
    stepwise('a chunk with a long extension', [
      head('Transfer-Encoding: chunked'),
      Buffer.from(`5;${'a'.repeat(20_000)}\r\nhello\r\n0\r\n\r\n`),
    ]),
    stepwise('chunks of one byte', [
      bytesOf(
        httpRequest('POST', '/v1/goals', {
          headers: [JSON_TYPE, ['Transfer-Encoding', 'chunked']],
          framing: 'as-given',
        }),
      ),
      Buffer.from(`${[...small].map((byte) => `1\r\n${String.fromCodePoint(byte)}\r\n`).join('')}0\r\n\r\n`),
    ]),
    stepwise('trailers', [
      head('Transfer-Encoding: chunked'),
      Buffer.from('1\r\n5\r\n0\r\ncontent-length: 99\r\nx-a: b\r\n\r\n'),
    ]),
    stepwise('a slow head', slowly(bytesOf(jsonRequest('POST', '/v1/goals', small)), 12, 10)),
    stepwise('a body byte by byte', [
      head(`Content-Length: ${small.length}`),
      ...slowly(small, small.length, 1),
    ]),
  ];
}

function generate(random: Random): Draft {
  const near = MOST + random.int(-2_000, 2_000);
  const status = near > MOST ? 413 : 400;
  const small = sized(random.int(100, 2_000));
  const kinds: readonly (() => Draft)[] = [
    () =>
      draft(`a body of ${near} bytes`, jsonRequest('POST', '/v1/goals', sized(near)), {
        kind: 'refused',
        status,
      }),
    () =>
      draft(
        `a body of ${near} bytes in chunks`,
        httpRequest('POST', '/v1/goals', { headers: [JSON_TYPE], body: sized(near), framing: 'chunked' }),
        { kind: 'refused', status },
      ),
    () =>
      stepwise(
        'a slow body',
        slowly(bytesOf(jsonRequest('POST', '/v1/goals', small)), random.int(2, 8), random.int(1, 20)),
      ),
    () => {
      const bytes = bytesOf(jsonRequest('POST', '/v1/goals', small));
      return stepwise(
        'a request that ends early',
        [bytes.subarray(0, random.int(1, bytes.length - 1)), 'end'],
        eitherWay,
      );
    },
    () => encoded('a gzip with bytes changed', 'gzip', changed(random, gzipSync(small))),
    () =>
      stepwise(
        'a wrong content-length',
        [head(`Content-Length: ${small.length + random.int(1, 500)}`), small, 'end'],
        eitherWay,
      ),
  ];
  return random.pick(kinds)();
}

function changed(random: Random, bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  for (let count = 3; count > 0; count -= 1) copy[random.int(0, copy.length - 1)] = random.int(0, 255);
  return copy;
}

export const sizesFamily: Family = { name: 'sizes', byHand, generate };
