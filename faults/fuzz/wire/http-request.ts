/** A request as text and bytes, before anybody has checked whether it is one. */
export interface HttpRequest {
  readonly method: string;
  /** As it stands in the request line. */
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer | null;
  /** How the body's end is told; `as-given` adds no header. */
  readonly framing: 'length' | 'chunked' | 'as-given';
  readonly version: '1.0' | '1.1';
}

export const HOST = '127.0.0.1';

export function httpRequest(
  method: string,
  path: string,
  more: Partial<Omit<HttpRequest, 'method' | 'path'>> = {},
): HttpRequest {
  return { method, path, headers: [], body: null, framing: 'length', version: '1.1', ...more };
}

const JSON_TYPE = ['content-type', 'application/json'] as const;

export function jsonRequest(
  method: string,
  path: string,
  body: Buffer | string,
  headers: HttpRequest['headers'] = [],
): HttpRequest {
  const isTyped = headers.some(([name]) => name.toLowerCase() === 'content-type');
  return httpRequest(method, path, {
    headers: isTyped ? headers : [JSON_TYPE, ...headers],
    body: typeof body === 'string' ? Buffer.from(body) : body,
  });
}

const CHUNK = 16_384;

function chunked(body: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length; at += CHUNK) {
    const chunk = body.subarray(at, at + CHUNK);
    parts.push(Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n'));
  }
  return Buffer.concat([...parts, Buffer.from('0\r\n\r\n')]);
}

/** What goes on the wire. Header values go as Latin-1, one byte per character, where they can; else as UTF-8. */
export function bytesOf(request: HttpRequest): Buffer {
  const { method, path, headers, body, framing, version } = request;
  const lines = [`${method} ${path} HTTP/${version}`];
  const names = new Set(headers.map(([name]) => name.toLowerCase()));
  if (!names.has('host')) lines.push(`Host: ${HOST}`);
  lines.push(...headers.map(([name, value]) => `${name}: ${value}`));
  if (framing === 'length' && body) lines.push(`Content-Length: ${body.length}`);
  if (framing === 'chunked') lines.push('Transfer-Encoding: chunked');
  const text = `${lines.join('\r\n')}\r\n\r\n`;
  // oxlint-disable-next-line no-control-regex
  const head = Buffer.from(text, /^[\0-\xff]*$/.test(text) ? 'latin1' : 'utf8');
  if (!body) return head;
  return Buffer.concat([head, framing === 'chunked' ? chunked(body) : body]);
}
