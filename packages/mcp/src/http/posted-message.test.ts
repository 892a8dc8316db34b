import { PassThrough } from 'node:stream';
import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { readMessage } from './posted-message.ts';

function posted(body: string, headers: Record<string, string> = {}): IncomingMessage {
  const stream = new PassThrough();
  stream.end(body);
  return Object.assign(stream, { headers }) as object as IncomingMessage;
}

describe('a message that was posted', () => {
  it.each([
    ['{"jsonrpc":"2.0","id":7,"method":"tools/list"}', { method: 'tools/list', id: 7, cancels: null }],
    [
      '{"method":"notifications/cancelled","params":{"requestId":"a"}}',
      { method: 'notifications/cancelled', id: null, cancels: 'a' },
    ],
    [
      '{"id":7,"method":"notifications/cancelled","params":{"requestId":7}}',
      { method: 'notifications/cancelled', id: 7, cancels: null },
    ],
    [
      '{"id":{},"method":"notifications/cancelled","params":[]}',
      { method: 'notifications/cancelled', id: null, cancels: null },
    ],
    ['[{"id":7,"method":"tools/list"}]', { method: null, id: null, cancels: null }],
    ['null', { json: null, method: null, id: null, cancels: null }],
    ['{', { json: undefined, method: null, id: null, cancels: null }],
    ['', { json: undefined, method: null, id: null, cancels: null }],
  ])('%s', async (body, expected) => {
    expect(await readMessage(posted(body), 1_000)).toMatchObject(expected);
  });

  it('is read no further than the limit, and not at all when it says that it is larger', async () => {
    expect(await readMessage(posted('"abc"'), 5)).toMatchObject({ json: 'abc' });
    expect(await readMessage(posted('"abcd"'), 5)).toBeNull();
    const said = posted('', { 'content-length': '6' });
    expect(await readMessage(said, 5)).toBeNull();
    expect(said.destroyed).toBe(false);
  });
});
