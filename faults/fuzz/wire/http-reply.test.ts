import { expect, test } from 'vitest';
import { readReply } from './http-reply.ts';

function read(text: string, { hasBody = true, isEnded = false } = {}): unknown {
  const found = readReply(Buffer.from(text), hasBody, isEnded);
  if (found.kind !== 'reply') return found.kind;
  return [found.reply.status, found.reply.body.toString(), found.rest.toString()];
}

test.for([
  ['HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nokHTTP', [200, 'ok', 'HTTP']],
  [
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n1\r\n!\r\n0\r\n\r\nrest',
    [200, 'ok!', 'rest'],
  ],
  ['HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n', [204, '', '']],
  ['HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nok', 'incomplete'],
  ['HTTP/1.1 200 OK\r\n\r\nok', 'incomplete'],
  ['HTTP/1.1 20', 'incomplete'],
  ['ICY 200 OK\r\n\r\n', 'broken'],
  ['HTTP/1.1 200 OK\r\nno colon\r\n\r\n', 'broken'],
  ['HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n', 'broken'],
] as const)('%j', ([text, expected]) => expect(read(text)).toEqual(expected));

test('the end of the connection ends an answer without a length, and breaks the others', () => {
  expect(read('HTTP/1.1 200 OK\r\n\r\nok', { isEnded: true })).toEqual([200, 'ok', '']);
  expect(read('HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nok', { isEnded: true })).toBe('broken');
  expect(read('HTTP/1.1 20', { isEnded: true })).toBe('broken');
});

test('an answer to HEAD has no body', () => {
  expect(read('HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nHTTP', { hasBody: false })).toEqual([
    200,
    '',
    'HTTP',
  ]);
});
