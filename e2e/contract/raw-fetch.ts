import { request } from 'node:http';
import { buffer } from 'node:stream/consumers';

const BODILESS = new Set([204, 304]);

/** Like `fetch`, for requests that `fetch` does not send: a GET with a body, a length that is wrong, headers of the connection. */
export function rawFetch(
  url: string,
  { method = 'GET', headers, body }: RequestInit = {},
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const length = typeof body === 'string' && { 'content-length': Buffer.byteLength(body) };
    const outgoing = request(url, { method, headers: { ...length, ...(headers as object) }, agent: false });
    outgoing.on('error', reject);
    outgoing.on('response', (incoming) => {
      const { statusCode: status = 0, rawHeaders } = incoming;
      const pairs = rawHeaders.flatMap((name, index): [string, string][] =>
        index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? '']] : [],
      );
      buffer(incoming).then((content) => {
        outgoing.destroy();
        const told = BODILESS.has(status) ? null : new Uint8Array(content);
        resolve(new Response(told, { status, headers: pairs }));
      }, reject);
    });
    outgoing.end(body);
  });
}
