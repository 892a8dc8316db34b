/** An answer, or its beginning, in the bytes that came. */
export interface Reply {
  readonly status: number;
  /** Names in lower case; of repeated ones the last. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

export type ReadReply =
  | { readonly kind: 'reply'; readonly reply: Reply; readonly rest: Buffer }
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'broken'; readonly reason: string };

const incomplete: ReadReply = { kind: 'incomplete' };

function broken(reason: string): ReadReply {
  return { kind: 'broken', reason };
}

/** Every chunk's text, or null while some are missing. */
function readChunks(bytes: Buffer): { body: Buffer; rest: Buffer } | null | 'broken' {
  const parts: Buffer[] = [];
  for (let at = 0; ;) {
    const line = bytes.indexOf('\r\n', at);
    if (line < 0) return null;
    const size = Number.parseInt(bytes.toString('latin1', at, line), 16);
    if (!Number.isInteger(size) || size < 0) return 'broken';
    const end = line + 2 + size;
    if (bytes.length < end + 2) return null;
    if (size === 0) return { body: Buffer.concat(parts), rest: bytes.subarray(end + 2) };
    parts.push(bytes.subarray(line + 2, end));
    at = end + 2;
  }
}

/**
 * Reads the first answer that is not a 1xx. `isEnded`: nothing more will come, so an answer without a length is
 * complete. `hasBody` is false for answers to HEAD.
 */
export function readReply(bytes: Buffer, hasBody: boolean, isEnded: boolean): ReadReply {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return bytes.length > 0 && isEnded ? broken('the answer ends within its head') : incomplete;
  const [statusLine = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  const status = Number(/^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(statusLine)?.[1]);
  if (!Number.isInteger(status)) return broken(`the answer begins with ${JSON.stringify(statusLine)}`);
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name, value = ''] = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*(.*?)[ \t]*$/s.exec(line) ?? [];
    if (name === undefined) return broken(`the answer has the header ${JSON.stringify(line)}`);
    headers.set(name.toLowerCase(), value);
  }
  const after = bytes.subarray(end + 4);
  if (status < 200) return readReply(after, hasBody, isEnded);
  const found = (body: Buffer, rest: Buffer): ReadReply => ({
    kind: 'reply',
    reply: { status, headers, body },
    rest,
  });
  if (!hasBody || status === 204 || status === 304) return found(Buffer.alloc(0), after);
  if (headers.get('transfer-encoding') === 'chunked') {
    const read = readChunks(after);
    if (read === 'broken') return broken('a chunk of the answer has no size');
    if (read) return found(read.body, read.rest);
    return isEnded ? broken('the answer ends within its body') : incomplete;
  }
  const length = headers.get('content-length');
  if (length === undefined) return isEnded ? found(after, Buffer.alloc(0)) : incomplete;
  if (after.length >= Number(length))
    return found(after.subarray(0, Number(length)), after.subarray(Number(length)));
  return isEnded ? broken('the answer is shorter than its content-length') : incomplete;
}
