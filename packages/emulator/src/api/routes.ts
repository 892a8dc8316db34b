import type { IncomingMessage, ServerResponse } from 'node:http';
import { BATCHES, serveBatches } from '../batches/batches-endpoint.ts';
import { ApiError } from './api-error.ts';
import { control } from './control-endpoints.ts';
import { requireCredentials } from './credentials.ts';
import type { Emulation } from './emulation.ts';
import { createMessage } from './messages-endpoint.ts';
import { listModels, retrieveModel } from './models-endpoint.ts';
import { Reply } from './reply.ts';

/** Answers one HTTP request; never rejects. */
export async function route(
  emulation: Emulation,
  incoming: IncomingMessage,
  response: ServerResponse,
  stopping: AbortSignal,
): Promise<void> {
  const requestId = `req_simulated_${emulation.nextSerial()}`;
  const reply = new Reply(response, stopping);
  reply.setHeaders({ 'request-id': requestId, 'baton-simulated': 'true' });
  try {
    await dispatch(emulation, incoming, reply, requestId);
  } catch (error) {
    const known = error instanceof ApiError ? error : unexpected(error);
    reply.json(known.status, known.body(requestId), known.headers());
  }
}

async function dispatch(
  emulation: Emulation,
  incoming: IncomingMessage,
  reply: Reply,
  requestId: string,
): Promise<void> {
  const url = urlOf(incoming);
  const { pathname } = url;
  if (pathname === '/v1/messages') {
    requireMethod(incoming, 'POST');
    return createMessage(emulation, incoming, reply, requestId);
  }
  if (pathname === BATCHES || pathname.startsWith(`${BATCHES}/`)) {
    return serveBatches(emulation, incoming, url, reply);
  }
  if (pathname === '/v1/models' || pathname.startsWith('/v1/models/')) {
    requireMethod(incoming, 'GET');
    requireCredentials(incoming.headers);
    const id = pathname.slice('/v1/models/'.length);
    return reply.json(200, id === '' ? listModels() : retrieveModel(id));
  }
  if (pathname.startsWith('/_emulator/')) return control(emulation, incoming, url, reply);
  if (pathname === '/livez' || pathname === '/readyz') return reply.json(200, { status: 'ok' });
  throw new ApiError(404, 'not_found_error', `Not found: ${incoming.method ?? ''} ${pathname}`);
}

function urlOf(incoming: IncomingMessage): URL {
  const base = 'http://emulator.invalid';
  const target = incoming.url ?? '/';
  if (URL.canParse(target, base)) return new URL(target, base);
  throw new ApiError(404, 'not_found_error', `Not found: ${target}`);
}

function requireMethod(incoming: IncomingMessage, method: string): void {
  if (incoming.method === method) return;
  const message = `Method Not Allowed: ${incoming.method ?? ''}; use ${method}`;
  throw new ApiError(405, 'invalid_request_error', message);
}

function unexpected(error: unknown): ApiError {
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new ApiError(500, 'api_error', `The emulator failed, which is a fault of its own: ${reason}`);
}
