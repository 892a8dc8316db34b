import type { IncomingMessage } from 'node:http';
import { ApiError, invalidRequest } from '../api/api-error.ts';
import { requireCredentials, requireVersion } from '../api/credentials.ts';
import type { Emulation } from '../api/emulation.ts';
import type { Reply } from '../api/reply.ts';
import { readJsonBody } from '../api/request-body.ts';
import { isRefusing, refusal } from '../fault/refuse.ts';
import type { StoredBatch } from './batch-store.ts';
import { MessageBatch } from './message-batch.ts';
import { readBatch, type BatchItem } from './read-batch.ts';

export const BATCHES = '/v1/messages/batches';

const MAX_BODY_BYTES = 256 * 1_048_576;
const MOST_LISTED = 1_000;

/** Everything under `/v1/messages/batches`; throws 404 and 405 like the rest. */
export async function serveBatches(
  emulation: Emulation,
  incoming: IncomingMessage,
  url: URL,
  reply: Reply,
): Promise<void> {
  requireCredentials(incoming.headers);
  requireVersion(incoming.headers);
  const origin = `http://${incoming.headers.host ?? 'localhost'}`;
  const [id = '', action = '', ...more] = url.pathname.slice(BATCHES.length + 1).split('/');
  const call = `${incoming.method ?? 'GET'} ${id === '' ? '' : ':id'}${action === '' ? '' : `/${action}`}`;
  if (more.length > 0) throw new ApiError(404, 'not_found_error', `Not found: ${url.pathname}`);
  const { batches } = emulation;
  switch (call) {
    case 'POST ':
      return create(emulation, incoming, reply, origin);
    case 'GET ':
      return list(emulation, url, reply, origin);
    case 'GET :id':
      return reply.json(200, batches.get(id).json(origin));
    case 'DELETE :id':
      batches.delete(id);
      return reply.json(200, { id, type: 'message_batch_deleted' });
    case 'POST :id/cancel':
      batches.cancel(id);
      return reply.json(200, batches.get(id).json(origin));
    case 'GET :id/results':
      return results(batches.get(id), reply);
    default:
      throw new ApiError(404, 'not_found_error', `Not found: ${incoming.method ?? ''} ${url.pathname}`);
  }
}

async function create(
  emulation: Emulation,
  incoming: IncomingMessage,
  reply: Reply,
  origin: string,
): Promise<void> {
  const body = await readJsonBody(incoming, MAX_BODY_BYTES);
  const items = readBatch(body);
  const fault = emulation.faults.take({
    role: 'batch',
    worker: null,
    task: null,
    model: modelOf(items),
    body: JSON.stringify(body),
  });
  if (fault !== null && isRefusing(fault)) throw refusal(fault);
  const batch = new MessageBatch(emulation, items);
  emulation.batches.add(batch, emulation.settings.batchDelayMs);
  // The batch is there, and nobody is told.
  if (fault !== null) return reply.cut();
  reply.json(200, batch.json(origin));
}

function modelOf([first]: readonly BatchItem[]): string {
  const model = first?.params['model'];
  return typeof model === 'string' ? model : '';
}

function list({ batches }: Emulation, url: URL, reply: Reply, origin: string): void {
  const limit = Number(url.searchParams.get('limit') ?? '20');
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST_LISTED) {
    throw invalidRequest(`limit: a whole number from 1 to ${MOST_LISTED}`);
  }
  const { batches: page, hasMore } = batches.page(limit, url.searchParams.get('after_id'));
  reply.json(200, {
    data: page.map((batch) => batch.json(origin)),
    has_more: hasMore,
    first_id: page[0]?.id ?? null,
    last_id: page.at(-1)?.id ?? null,
  });
}

async function results(batch: StoredBatch, reply: Reply): Promise<void> {
  if (!batch.isEnded) {
    throw new ApiError(404, 'not_found_error', `${batch.id} has not ended: its results are not there yet`);
  }
  reply.head(200, { 'content-type': 'application/x-jsonl' });
  await reply.write(batch.results());
  reply.end();
}
