import type { IncomingMessage } from 'node:http';
import { ApiError, invalidRequest } from './api-error.ts';

/** Reads a JSON body. Throws 413 over `maxBytes`, 400 on anything that is not JSON in UTF-8. */
export async function readJsonBody(request: IncomingMessage, maxBytes: number): Promise<unknown> {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw invalidRequest(`content-encoding: "${encoding}" is not supported; send the body uncompressed`);
  }
  const bytes = await readBytes(request, maxBytes);
  if (bytes.length === 0) throw invalidRequest('The request body is empty; send a JSON object');
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw invalidRequest(`The request body is not valid JSON: ${reason}`);
  }
}

async function readBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    // What comes after the limit is read and dropped, so that the client can read the refusal.
    if (size <= maxBytes) chunks.push(bytes);
    else chunks.length = 0;
    if (size > maxBytes * 4) break;
  }
  if (size > maxBytes) {
    throw new ApiError(
      413,
      'request_too_large',
      `Request exceeds the maximum size: the limit is ${maxBytes} bytes`,
    );
  }
  return Buffer.concat(chunks);
}
