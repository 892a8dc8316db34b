import { afterEach, expect, test } from 'vitest';
import { createAnthropicLlm } from './anthropic.ts';
import { withJournal, type StepCaller } from './journaled-llm.ts';
import type { LlmRequest } from './llm.ts';
import { defaultPrices } from './prices.ts';
import { RetryLaterError, withRetries } from './retrying-llm.ts';
import { memoryJournal, type MemoryJournal } from './testing/memory-journal.ts';
import {
  openStream,
  sendError,
  serveMessages,
  startEvent,
  wholeMessage,
  type MessagesServer,
} from './testing/messages-server.ts';

type Answer = Parameters<typeof serveMessages>[0];

const request: LlmRequest = {
  model: 'claude-sonnet-5-5',
  system: '',
  messages: [{ role: 'user', text: 'Hello' }],
  maxTokens: 100,
  jsonSchema: null,
};
const options = { signal: new AbortController().signal, step: 'answer', attempt: 1 };

const cut: Answer = (response) => {
  openStream(response);
  response.write(startEvent, () => response.destroy());
};
const overloaded: Answer = (response) =>
  sendError(response, 529, { type: 'overloaded_error', message: 'Later' });
const limitedForAnHour: Answer = (response) =>
  sendError(response, 429, { type: 'rate_limit_error', message: 'Slow down' }, { 'retry-after': '3600' });
const whole: Answer = (response) => {
  openStream(response);
  response.end(wholeMessage('Hello back'));
};

const servers: MessagesServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** A server that gives these answers in order, and a caller to it as a new process would have it. */
async function serve(...answers: readonly Answer[]) {
  const left = [...answers];
  const server = await serveMessages((response, seen) => left.shift()?.(response, seen));
  servers.push(server);
  const newCaller = (journal: MemoryJournal): StepCaller =>
    withJournal(
      withRetries(
        createAnthropicLlm({ apiKey: 'key', baseUrl: server.url, idleTimeoutMs: 5_000, timeoutMs: 10_000 }),
        { random: () => 0, sleep: () => Promise.resolve(), onRetry: () => undefined },
      ),
      journal,
      defaultPrices,
    );
  return { server, newCaller };
}

test('a call that is retried has one place in the journal, and a rerun pays for nothing', async () => {
  const { server, newCaller } = await serve(cut, overloaded, whole);
  const journal = memoryJournal();
  const first = await newCaller(journal).call(request, options);
  expect(first).toMatchObject({ response: { text: 'Hello back' }, reused: false, possiblyRepeatedCalls: 1 });
  expect(journal.history).toEqual(['begin', 'mayGoOn', 'mayGoOn', 'record']);
  const again = await newCaller(journal).call(request, options);
  expect(again).toMatchObject({ response: first.response, reused: true });
  expect(server.seen).toHaveLength(3);
});

test('a call that is put off until later was never paid for, and is no repetition when it comes back', async () => {
  const { server, newCaller } = await serve(limitedForAnHour, whole);
  const journal = memoryJournal();
  await expect(newCaller(journal).call(request, options)).rejects.toBeInstanceOf(RetryLaterError);
  expect(journal.history).toEqual(['begin', 'abandon']);
  const back = await newCaller(journal).call(request, options);
  expect(back).toMatchObject({ reused: false, possiblyRepeatedCalls: 0 });
  expect(server.seen).toHaveLength(2);
});
