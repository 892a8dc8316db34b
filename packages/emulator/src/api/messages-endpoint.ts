import type { IncomingMessage } from 'node:http';
import { composeAnswer } from '../answer/compose-answer.ts';
import type { Prompt } from '../answer/prompt.ts';
import { readPrompt } from '../answer/read-prompt.ts';
import { taskOf } from '../answer/task-of.ts';
import type { OpenCall } from '../calls/call-log.ts';
import { applyContentFault } from '../fault/apply-content-fault.ts';
import type { Fault } from '../fault/fault.ts';
import { isContent, isRefusing, isTransport, refusal } from '../fault/refuse.ts';
import { refuses } from '../goal/marks.ts';
import { toolAnswer } from '../tools/use-tools.ts';
import { messageOf, outputTokens, withThinking, type Answer } from './answer.ts';
import { ApiError } from './api-error.ts';
import { requireCredentials, requireVersion, withoutCredentials } from './credentials.ts';
import { deliver } from './deliver.ts';
import type { Emulation } from './emulation.ts';
import { readMessagesRequest, type MessagesRequest } from './messages-request.ts';
import type { Reply } from './reply.ts';
import { readJsonBody } from './request-body.ts';

/** `POST /v1/messages`. Rejects with nothing but what cannot happen: every refusal is answered here. */
export async function createMessage(
  emulation: Emulation,
  incoming: IncomingMessage,
  reply: Reply,
  requestId: string,
): Promise<void> {
  const at = new Date(emulation.settings.now()).toISOString();
  const call = emulation.calls.open(requestId, at, withoutCredentials(incoming.headers));
  try {
    await answerCall(emulation, incoming, reply, call);
    await reply.settled();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    call.refused(error.status);
    reply.json(error.status, error.body(requestId), error.headers());
    await reply.settled();
  } finally {
    call.closed(reply.wasAborted);
  }
}

async function answerCall(
  emulation: Emulation,
  incoming: IncomingMessage,
  reply: Reply,
  call: OpenCall,
): Promise<void> {
  requireCredentials(incoming.headers);
  requireVersion(incoming.headers);
  const body = await readJsonBody(incoming, emulation.settings.maxBodyBytes);
  const bodyText = JSON.stringify(body);
  call.received(body, bodyText);
  const request = readMessagesRequest(body);
  const prompt = readPrompt(request);
  call.identified(request.model, prompt, request.turns.length);
  const fault = emulation.faults.take({
    role: prompt.role,
    ...taskOf(prompt),
    model: request.model,
    body: bodyText,
  });
  if (fault !== null) call.faulted(fault.kind);
  await answerRequest(emulation, { request, prompt, fault }, reply, call);
}

const REFUSED = { kind: 'refusal' } as const;

interface ValidCall {
  readonly request: MessagesRequest;
  readonly prompt: Prompt;
  readonly fault: Fault | null;
}

async function answerRequest(
  emulation: Emulation,
  { request, prompt, fault }: ValidCall,
  reply: Reply,
  call: OpenCall,
): Promise<void> {
  const { limiter, cache, settings } = emulation;
  const now = settings.now();
  reply.setHeaders(limiter.headers(request.model, now));
  if (fault !== null && isRefusing(fault)) throw refusal(fault);
  const reading = cache.measure(request.model, request.body, now);
  const { input, read, written } = reading.usage;
  try {
    limiter.admit(request.model, input + written, now);
  } catch (error) {
    call.rateLimited();
    throw error;
  }
  if (fault?.kind === 'delay') await reply.wait(fault.ms);
  const answer = answerFor(request, prompt, fault);
  limiter.chargeOutput(request.model, outputTokens(answer), settings.now());
  reply.setHeaders(limiter.headers(request.model, settings.now()));
  const message = messageOf(answer, `msg_simulated_${emulation.nextSerial()}`, request.model, reading.usage);
  await deliver(reply, {
    message,
    stream: request.stream,
    msPerChunk: settings.msPerChunk,
    fault: fault !== null && isTransport(fault) ? fault : null,
    onPaid: () => {
      // Others can read what is cached once the answer that wrote it has begun.
      cache.remember(reading, settings.now());
      call.paid(input + read + written, outputTokens(answer));
    },
  });
}

/** What the model says to a request. */
export function answerFor(request: MessagesRequest, prompt: Prompt, fault: Fault | null): Answer {
  const usual = toolAnswer(request, prompt, composeAnswer(request, prompt));
  const content = fault !== null && isContent(fault) ? fault : isRefused(prompt) ? REFUSED : null;
  return withThinking(content === null ? usual : applyContentFault(content, usual, request, prompt), request);
}

/** Whether a mark in the goal or the task makes the model refuse the work. */
function isRefused(prompt: Prompt): boolean {
  if (prompt.role !== 'task') return false;
  return refuses(`${prompt.goal}\n${prompt.description}`, [prompt.task, prompt.worker]);
}
