import type { IncomingMessage } from 'node:http';

type RequestId = string | number;

/** What a POST carries, as far as it matters before the protocol is spoken. */
export interface PostedMessage {
  /** The body's JSON; undefined when it is empty or none. */
  readonly json: unknown;
  readonly method: string | null;
  /** Of a request; null for notifications, batches and what is neither. */
  readonly id: RequestId | null;
  /** Of the request that it cancels. */
  readonly cancels: RequestId | null;
}

/** Null for a body of more than `limit` bytes. Rejects when the caller goes away in the middle. */
export async function readMessage(request: IncomingMessage, limit: number): Promise<PostedMessage | null> {
  if (Number(request.headers['content-length']) > limit) return null;
  const chunks: Buffer[] = [];
  let bytes = 0;
  // What is refused half read is still answered, so the connection must outlive the loop.
  const arriving: AsyncIterable<Buffer> = request.iterator({ destroyOnReturn: false });
  for await (const chunk of arriving) {
    bytes += chunk.length;
    if (bytes > limit) return null;
    chunks.push(chunk);
  }
  const json = parse(Buffer.concat(chunks).toString('utf8'));
  const { method, id, params } = fields(json);
  const isCancellation = method === 'notifications/cancelled' && id === undefined;
  return {
    json,
    method: typeof method === 'string' ? method : null,
    id: requestId(id),
    cancels: isCancellation ? requestId(fields(params)['requestId']) : null,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function requestId(value: unknown): RequestId | null {
  return typeof value === 'string' || typeof value === 'number' ? value : null;
}
