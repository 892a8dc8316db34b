import type { IncomingMessage } from 'node:http';
import { readFaultRules } from '../fault/read-fault-rules.ts';
import { ApiError, invalidRequest } from './api-error.ts';
import type { Emulation } from './emulation.ts';
import type { Reply } from './reply.ts';
import { readJsonBody } from './request-body.ts';

/** The emulator's own endpoints under `/_emulator`; throws 404 and 405 like the rest. */
export async function control(
  emulation: Emulation,
  incoming: IncomingMessage,
  url: URL,
  reply: Reply,
): Promise<void> {
  const call = `${incoming.method ?? 'GET'} ${url.pathname}`;
  switch (call) {
    case 'GET /_emulator/stats':
      return reply.json(200, { ...emulation.calls.stats() });
    case 'GET /_emulator/requests':
      return reply.json(200, { requests: emulation.calls.requests(wholeNumber(url, 'limit')) });
    case 'GET /_emulator/calls':
      return reply.json(200, emulation.calls.calls(wholeNumber(url, 'after') ?? 0));
    case 'DELETE /_emulator/requests':
      emulation.calls.reset();
      return reply.json(200, { reset: true });
    case 'GET /_emulator/faults':
      return reply.json(200, { pending: emulation.faults.pending() });
    case 'DELETE /_emulator/faults':
      emulation.faults.clear();
      return reply.json(200, { pending: [] });
    case 'POST /_emulator/faults': {
      const read = readFaultRules(await readJsonBody(incoming, emulation.settings.maxBodyBytes));
      if (!read.ok) throw invalidRequest(`Fault rules: ${read.problems.join('; ')}`);
      emulation.faults.add(read.rules);
      return reply.json(200, { pending: emulation.faults.pending() });
    }
    default:
      throw new ApiError(404, 'not_found_error', `No such control endpoint: ${call}`);
  }
}

function wholeNumber(url: URL, name: string): number | undefined {
  const text = url.searchParams.get(name);
  if (text === null) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw invalidRequest(`${name}: "${text}" is not a whole number`);
  return Number(text);
}
