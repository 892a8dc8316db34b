import { readPrompt } from '../answer/read-prompt.ts';
import { taskOf } from '../answer/task-of.ts';
import { messageOf, outputTokens } from '../api/answer.ts';
import { ApiError, invalidRequest } from '../api/api-error.ts';
import type { Emulation } from '../api/emulation.ts';
import { answerFor } from '../api/messages-endpoint.ts';
import { readMessagesRequest } from '../api/messages-request.ts';
import type { OpenCall } from '../calls/call-log.ts';
import { isRefusing, isTransport, refusal } from '../fault/refuse.ts';
import type { JsonObject } from '../json.ts';
import type { BatchItem } from './read-batch.ts';

/** What a request of a batch comes to. It counts as a call, and is paid for when it is answered. */
export function itemResult(emulation: Emulation, { params }: BatchItem): JsonObject {
  const { settings, calls } = emulation;
  const requestId = `req_simulated_${emulation.nextSerial()}`;
  const call = calls.open(requestId, new Date(settings.now()).toISOString(), {});
  try {
    return answered(emulation, params, call);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    call.refused(error.status);
    return { type: 'errored', error: error.body(requestId) };
  } finally {
    call.closed(false);
  }
}

function answered(emulation: Emulation, params: JsonObject, call: OpenCall): JsonObject {
  const body = JSON.stringify(params);
  call.received(params, body);
  if (params['stream'] === true) throw invalidRequest('stream: a request of a batch does not stream');
  const request = readMessagesRequest(params);
  const prompt = readPrompt(request);
  const { model, turns } = request;
  call.identified(model, prompt, turns.length);
  const fault = emulation.faults.take({ role: prompt.role, ...taskOf(prompt), model, body });
  if (fault !== null) call.faulted(fault.kind);
  if (fault !== null && isRefusing(fault)) throw refusal(fault);
  // What would hang or break off on a connection comes to no answer in a day.
  if (fault !== null && isTransport(fault)) return { type: 'expired' };
  const now = emulation.settings.now();
  const reading = emulation.cache.measure(model, params, now);
  emulation.cache.remember(reading, now);
  const answer = answerFor(request, prompt, fault);
  const id = `msg_simulated_${emulation.nextSerial()}`;
  const { json, usage } = messageOf(answer, id, model, reading.usage);
  const { input, read, written } = reading.usage;
  call.paid(input + read + written, outputTokens(answer));
  return { type: 'succeeded', message: { ...json, usage: { ...usage, service_tier: 'batch' } } };
}
