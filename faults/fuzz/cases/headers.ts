import { httpRequest, jsonRequest, type HttpRequest } from '../wire/http-request.ts';
import type { Random } from '../random.ts';
import { headerText, strangeText } from '../strange.ts';
import { REFUSED_GOAL } from './bodies.ts';
import type { Draft, Expected, Family } from './fuzz-case.ts';

type Headers = HttpRequest['headers'];

const refusedBody = JSON.stringify({ goal: REFUSED_GOAL, zebra: 1 });

function post(headers: Headers, expected: Expected = { kind: 'refused' }): Draft {
  const [name, value] = headers[0] ?? ['no header', ''];
  return {
    what: `POST with ${name}: ${value.slice(0, 80)}`,
    send: httpRequest('POST', '/v1/goals', { headers, body: Buffer.from(refusedBody) }),
    expected,
  };
}

function get(headers: Headers, expected: Expected = { kind: 'answered' }, path = '/v1/worker-types'): Draft {
  const [name, value] = headers[0] ?? ['no header', ''];
  return {
    what: `GET ${path} with ${name}: ${value.slice(0, 80)}`,
    send: httpRequest('GET', path, { headers }),
    expected,
  };
}

const contentTypes = [
  'text/plain',
  'text/json',
  'application/xml',
  'application/jsonx',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/problem+json',
  'application/vnd.api+json',
  'application',
  '/',
  '*/*',
  ';',
  'application/json; charset',
  'application/json; charset=utf-8; charset=utf-16',
  'application/json;;;;',
  'application/json, text/plain',
  'APPLICATION/JSON',
  'application/json; charset=UTF-8',
  'application/json; charset="utf-8',
  'application/json; boundary=\xff',
  `application/json; a=${'b'.repeat(10_000)}`,
];

const accepts = [
  '',
  '*',
  '*/*',
  'text/event-stream',
  'application/xml',
  'application/json;q=0',
  ';;;',
  'a/b,'.repeat(3_000),
  'text/event-stream;q=x',
  '\xff',
];

function byHand(): Draft[] {
  return [
    ...contentTypes.map((type) => post([['Content-Type', type]])),
    post([
      ['Content-Type', 'application/json'],
      ['Content-Type', 'text/plain'],
    ]),
    post([]),
    ...accepts.map((accept) => get([['Accept', accept]])),
    ...accepts.map((accept) =>
      post([
        ['Accept', accept],
        ['Content-Type', 'application/json'],
      ]),
    ),
    post([
      ['Expect', '100-continue'],
      ['Content-Type', 'application/json'],
    ]),
    post([
      ['Expect', 'zebra'],
      ['Content-Type', 'application/json'],
    ]),
    post([
      ['Content-Encoding', ''],
      ['Content-Type', 'application/json'],
    ]),
    post([
      ['Content-Encoding', 'identity'],
      ['Content-Type', 'application/json'],
    ]),
    post([
      ['Content-Encoding', 'constructor'],
      ['Content-Type', 'application/json'],
    ]),
    post([
      ['Prefer', 'wait=99999999999'],
      ['Content-Type', 'application/json'],
    ]),
    post([
      ['Prefer', 'wait=-1, wait=NaN;;'],
      ['Content-Type', 'application/json'],
    ]),
    post([
      ['Idempotency-Key', 'x'.repeat(10_000)],
      ['Content-Type', 'application/json'],
    ]),
    post([
      ['Idempotency-Key', ''],
      ['Content-Type', 'application/json'],
    ]),
    post([
      ['Idempotency-Key', '{baton}:goal:*'],
      ['Content-Type', 'application/json'],
    ]),
    post([
      ['Idempotency-Key', 'a'],
      ['Idempotency-Key', 'b'],
      ['Content-Type', 'application/json'],
    ]),
    post([
      ['traceparent', '00-zz-zz-zz'],
      ['Content-Type', 'application/json'],
    ]),
    post([
      ['traceparent', `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01`],
      ['baggage', 'x'.repeat(8_000)],
      ['Content-Type', 'application/json'],
    ]),
    get([['Host', 'evil.example']], { kind: 'refused', status: 403 }),
    get([['Host', '127.0.0.1:99999']]),
    get([['Host', '[::1']]),
    get([['Host', '']]),
    get([['Host', '127.0.0.1@evil.example']], { kind: 'refused' }),
    get([['Host', '127.0.0.1.evil.example']], { kind: 'refused' }),
    get(
      [
        ['Host', '127.0.0.1'],
        ['X-Forwarded-Host', 'evil.example'],
        ['X-Forwarded-Proto', 'x'],
      ],
      { kind: 'ok' },
    ),
    get([['X-Http-Method-Override', 'DELETE']], { kind: 'ok' }),
    get([['Range', 'bytes=0-0']]),
    get([
      ['If-None-Match', '*'],
      ['If-Modified-Since', 'zebra'],
    ]),
    get([
      ['Connection', 'upgrade'],
      ['Upgrade', 'websocket'],
      ['Sec-WebSocket-Key', 'x'],
    ]),
    get([
      ['Connection', 'upgrade'],
      ['Upgrade', 'h2c'],
      ['HTTP2-Settings', 'x'],
    ]),
    get([['Cookie', 'x'.repeat(12_000)]]),
    get([['X-Long', 'x'.repeat(15_000)]]),
    get([['X-Too-Long', 'x'.repeat(17_000)]], { kind: 'refused', status: 431 }),
    get([['X'.repeat(17_000), 'x']], { kind: 'refused', status: 431 }),
    get(Array.from({ length: 900 }, (_, index) => [`x-${index}`, 'y'] as const)),
    get(Array.from({ length: 3_000 }, (_, index) => [`x-${index}`, 'y'] as const)),
    get(Array.from({ length: 500 }, () => ['x', 'y'] as const)),
    get([
      ['__proto__', 'x'],
      ['constructor', 'y'],
      ['toString', 'z'],
    ]),
    get([['Transfer-Encoding', 'identity']]),
    get([['Te', 'trailers, deflate;q=0.5']]),
    get([
      ['Content-Length', '0'],
      ['Content-Type', 'application/json'],
    ]),
  ];
}

const names = [
  'Accept',
  'Accept-Encoding',
  'Accept-Charset',
  'Content-Language',
  'Authorization',
  'Cookie',
  'Forwarded',
  'X-Forwarded-For',
  'Origin',
  'Referer',
  'User-Agent',
  'Via',
  'Prefer',
  'Idempotency-Key',
  'traceparent',
  'Last-Event-ID',
  'If-Match',
  'Range',
  'Max-Forwards',
];

function generate(random: Random): Draft {
  const headers = Array.from(
    { length: random.int(1, 4) },
    () => [random.pick(names), headerText(strangeText(random))] as const,
  );
  if (random.chance(0.4)) return get(headers);
  const type = random.chance(0.5)
    ? random.pick(contentTypes)
    : `application/json; ${headerText(strangeText(random))}`;
  const typed = [...headers, ['Content-Type', type] as const];
  if (random.chance(0.7)) return post(typed);
  return {
    what: `POST cancel with ${headers[0]?.[0]}`,
    send: jsonRequest('POST', '/v1/goals/goal_none/cancel', '{}', headers),
    expected: { kind: 'refused' },
  };
}

export const headersFamily: Family = { name: 'headers', byHand, generate };
