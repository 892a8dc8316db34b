import { expect, test } from 'vitest';
import { emptyMessage, knownStopReason, withEvent, type WireEvent } from './message-assembly.ts';

function assembled(...events: readonly WireEvent[]) {
  return events.reduce(withEvent, emptyMessage);
}

function textDelta(text: unknown, type = 'text_delta'): WireEvent {
  const delta = { type, text };
  return { type: 'content_block_delta', delta };
}

test('text may stand in the start of a block as well as in its deltas', () => {
  const block = { type: 'text', text: 'Hel' };
  expect(assembled({ type: 'content_block_start', content_block: block }, textDelta('lo')).text).toBe(
    'Hello',
  );
});

test('only text counts as text', () => {
  expect(
    assembled(textDelta('quote', 'citations_delta'), textDelta(7), { type: 'content_block_stop' }).text,
  ).toBe('');
});

test('a stop reason stays when a later event brings none', () => {
  const first: WireEvent = { type: 'message_delta', delta: { stop_reason: 'refusal' } };
  expect(assembled(first, { type: 'message_delta', usage: { output_tokens: 3 } })).toMatchObject({
    stopReason: 'refusal',
    usage: { outputTokens: 3 },
  });
});

test('events that lack their parts, and counts that are no counts, change nothing', () => {
  const usage = { input_tokens: Number.NaN, output_tokens: 1.5, cache_read_input_tokens: -1 };
  const events: WireEvent[] = [
    { type: 'message_start' },
    { type: 'content_block_start' },
    { type: 'content_block_delta' },
    { type: 'message_delta', usage },
  ];
  expect(assembled(...events)).toEqual(emptyMessage);
});

test('a stop reason that is not known counts as a normal end', () => {
  expect(knownStopReason('max_tokens')).toBe('max_tokens');
  expect(knownStopReason('from_the_future')).toBe('end_turn');
});

test.each([
  [{ type: 'refusal', explanation: 'Too risky.', category: 'cyber' }, 'Too risky. (category: cyber)'],
  [{ type: 'refusal', explanation: null, category: 'bio' }, '(category: bio)'],
  [{ type: 'refusal', explanation: ' ', category: null }, null],
  [{ type: 'other', explanation: 'No' }, null],
  [null, null],
])('the reason of a refusal, %j, is told', (details, refusal) => {
  const delta = { stop_reason: 'refusal', stop_details: details };
  expect(assembled({ type: 'message_delta', delta }).refusal).toBe(refusal);
});

test('web searches are counted only where there are some', () => {
  const searched: WireEvent = {
    type: 'message_delta',
    usage: { server_tool_use: { web_search_requests: 2 } },
  };
  expect(assembled(searched, { type: 'message_delta', usage: {} }).usage.webSearches).toBe(2);
  expect(assembled({ type: 'message_delta', usage: { server_tool_use: null } })).toEqual(emptyMessage);
});

test('all that a model writes is counted, thinking and the input of tools too', () => {
  const deltas = [
    { type: 'text_delta', text: 'abc' },
    { type: 'thinking_delta', thinking: 'de' },
    { type: 'input_json_delta', partial_json: '{}' },
  ];
  const events = deltas.map((delta): WireEvent => ({ type: 'content_block_delta', delta }));
  expect(assembled(...events)).toMatchObject({ text: 'abc', characters: 7 });
});
