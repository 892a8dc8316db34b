import { bytesOf, httpRequest, jsonRequest } from '../wire/http-request.ts';
import type { Step } from '../wire/connection.ts';
import type { Random } from '../random.ts';
import { REFUSED_GOAL } from './bodies.ts';
import type { Draft, Expected, Family, Target } from './fuzz-case.ts';

const refused: Expected = { kind: 'refused' };
const eitherWay: Expected = { kind: 'answered-or-cut' };

/** Texts are sent as Latin-1, but for `end`, which ends what this side sends. */
type Piece = string | Exclude<Step, string>;

function wire(what: string, expected: Expected, steps: readonly Piece[], replies = 1): Draft {
  const sent = steps.map((step): Step => {
    if (step === 'end') return step;
    return typeof step === 'string' ? Buffer.from(step, 'latin1') : step;
  });
  return { what, expected, send: { steps: sent, replies } };
}

const get = bytesOf(httpRequest('GET', '/v1/goals/goal_none'));
const bad = bytesOf(jsonRequest('POST', '/v1/goals', JSON.stringify({ goal: REFUSED_GOAL, zebra: 1 })));
const HOST = 'Host: 127.0.0.1\r\n';

/** Two requests to whoever reads the one length, one to whoever reads the other. */
function smuggling(headers: string, body: string): string {
  return `POST /v1/goals HTTP/1.1\r\n${HOST}Content-Type: application/json\r\n${headers}\r\n${body}`;
}

function byHand(): Draft[] {
  return [
    wire('length and chunks', refused, [
      smuggling('Content-Length: 4\r\nTransfer-Encoding: chunked\r\n', '5\r\nhello\r\n0\r\n\r\n'),
    ]),
    wire('chunks and length', refused, [
      smuggling('Transfer-Encoding: chunked\r\nContent-Length: 4\r\n', '5\r\nhello\r\n0\r\n\r\n'),
    ]),
    wire('chunks, twice', refused, [
      smuggling('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'),
    ]),
    wire('chunks, then identity', refused, [
      smuggling('Transfer-Encoding: chunked, identity\r\n', '0\r\n\r\n'),
    ]),
    wire('an unknown transfer-encoding', refused, [
      smuggling('Transfer-Encoding: xchunked\r\n', '0\r\n\r\n'),
    ]),
    wire('a blank before the colon', refused, [smuggling('Transfer-Encoding : chunked\r\n', '0\r\n\r\n')]),
    wire('a folded header', refused, [smuggling('X: a\r\n Transfer-Encoding: chunked\r\n', '0\r\n\r\n')]),
    wire('NUL in a header', refused, [`GET / HTTP/1.1\r\n${HOST}X: a\0b\r\n\r\n`]),
    wire('a lone line feed', refused, [`GET / HTTP/1.1\n${HOST}\n\n`]),
    wire('a lone carriage return', refused, [`GET / HTTP/1.1\r${HOST}\r\r`, { pause: 20 }, 'end']),
    wire('a header without a colon', refused, [`GET / HTTP/1.1\r\n${HOST}zebra\r\n\r\n`]),
    wire('a header without a name', refused, [`GET / HTTP/1.1\r\n${HOST}: x\r\n\r\n`]),
    wire('no host', refused, ['GET /v1/goals HTTP/1.1\r\n\r\n']),
    wire('two hosts', eitherWay, [`GET /v1/goals HTTP/1.1\r\n${HOST}Host: evil.example\r\n\r\n`]),
    wire('HTTP/1.0 without a host', refused, ['GET /v1/goals HTTP/1.0\r\n\r\n']),
    wire('HTTP/1.0', { kind: 'ok' }, [`GET /livez HTTP/1.0\r\n${HOST}\r\n`]),
    wire('HTTP/0.9', eitherWay, ['GET /livez\r\n', { pause: 20 }, 'end']),
    wire('HTTP/2.0 in words', eitherWay, [`GET /livez HTTP/2.0\r\n${HOST}\r\n`]),
    wire('HTTP/9.9', refused, [`GET /livez HTTP/9.9\r\n${HOST}\r\n`]),
    wire('the preface of HTTP/2', refused, ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n']),
    wire('a TLS greeting', refused, ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', { pause: 20 }, 'end']),
    wire('Redis commands', refused, ['*1\r\n$4\r\nPING\r\n']),
    wire('an SMTP greeting', refused, ['EHLO example.org\r\n']),
    wire('nothing but an end', eitherWay, ['end']),
    wire('empty lines, then a request', refused, ['\r\n\r\n\r\n', get]),
    wire('empty lines and an end', eitherWay, ['\r\n\r\n', 'end']),
    wire('half a request line', eitherWay, ['GET /v1/go', { pause: 30 }, 'end']),
    wire('half a head', eitherWay, [`GET /v1/goals HTTP/1.1\r\n${HOST}X: `, { pause: 30 }, 'end']),
    wire('a request, then noise', refused, [get, '\0\x01\x02noise\r\n\r\n'], 2),
    wire('20 requests at once', refused, [Buffer.concat(Array.from({ length: 20 }, () => get))], 20),
    wire('20 bad bodies at once', refused, [Buffer.concat(Array.from({ length: 20 }, () => bad))], 20),
    wire(
      '200 requests at once, byte by byte at the end',
      refused,
      [Buffer.concat(Array.from({ length: 200 }, () => get)), get.subarray(0, 9), get.subarray(9)],
      201,
    ),
    wire('a request whose sender ends at once', eitherWay, [get, 'end']),
    wire('a good one behind a bad body', refused, [Buffer.concat([bad, get])], 2),
    wire(
      'a body that is a request',
      refused,
      [smuggling('Content-Length: 0\r\n', get.toString('latin1'))],
      2,
    ),
    wire('CONNECT', refused, [`CONNECT 127.0.0.1:6379 HTTP/1.1\r\n${HOST}\r\n`]),
    wire('CONNECT, and bytes for behind', refused, [`CONNECT / HTTP/1.1\r\n${HOST}\r\n*1\r\n$4\r\nPING\r\n`]),
    wire('an upgrade with bytes for behind', eitherWay, [
      `GET /v1/worker-types HTTP/1.1\r\n${HOST}Connection: upgrade\r\nUpgrade: websocket\r\n\r\n\x81\x05hello`,
    ]),
    wire('an expectation nobody has', refused, [
      `POST /v1/goals HTTP/1.1\r\n${HOST}Expect: zebra\r\nContent-Length: 2\r\n\r\n{}`,
    ]),
    wire('a body that waits for 100', refused, [
      `POST /v1/goals HTTP/1.1\r\n${HOST}Expect: 100-continue\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n`,
      { pause: 30 },
      '{}',
    ]),
    wire('a body too large that waits for 100', refused, [
      `POST /v1/goals HTTP/1.1\r\n${HOST}Expect: 100-continue\r\nContent-Type: application/json\r\nContent-Length: 99999999\r\n\r\n`,
    ]),
    wire('64 KB of header', refused, [`GET / HTTP/1.1\r\n${HOST}X: ${'x'.repeat(65_536)}\r\n\r\n`]),
    wire('a request line of 64 KB', refused, [`GET /${'x'.repeat(65_536)} HTTP/1.1\r\n${HOST}\r\n`]),
    wire('64 KB of nothing', refused, ['\0'.repeat(65_536)]),
    wire('a reader that leaves', eitherWay, [get, { pause: 1 }, 'end']),
  ];
}

const targetsOf: readonly Target[] = ['open', 'open', 'keyed'];

function generate(random: Random): Draft {
  const kinds: readonly (() => Draft)[] = [
    () =>
      wire('noise', eitherWay, [random.bytes(random.int(1, 2_000)).toString('latin1'), { pause: 5 }, 'end']),
    () => {
      const copy = Buffer.from(random.pick([get, bad]));
      for (let count = random.int(1, 5); count > 0; count -= 1)
        copy[random.int(0, copy.length - 1)] = random.int(0, 255);
      return wire('a request with bytes changed', eitherWay, [copy, { pause: 5 }, 'end']);
    },
    () => {
      const whole = random.pick([get, bad]);
      return wire('the beginning of a request', eitherWay, [
        whole.subarray(0, random.int(1, whole.length - 1)),
        { pause: random.int(0, 20) },
        'end',
      ]);
    },
    () => {
      const count = random.int(2, 30);
      return wire(
        `${count} requests at once`,
        refused,
        [Buffer.concat(Array.from({ length: count }, () => random.pick([get, bad])))],
        count,
      );
    },
    () => {
      const whole = random.pick([get, bad]);
      const at = random.int(1, whole.length - 1);
      return wire('a request in two pieces', refused, [
        whole.subarray(0, at),
        { pause: random.int(1, 20) },
        whole.subarray(at),
      ]);
    },
    () => {
      const value = random.pick([
        'chunked',
        ' chunked',
        'chunked\x0b',
        'Chunked',
        '\tchunked',
        'chunked;q=1',
        'gzip, chunked',
        '"chunked"',
      ]);
      return wire('shapes of transfer-encoding', eitherWay, [
        smuggling(`Content-Length: 3\r\nTransfer-Encoding:${value}\r\n`, '0\r\n\r\n'),
        { pause: 10 },
        'end',
      ]);
    },
  ];
  return { ...random.pick(kinds)(), target: random.pick(targetsOf) };
}

export const wireFamily: Family = { name: 'wire', byHand, generate };
