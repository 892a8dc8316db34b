import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LlmBlock } from './llm.ts';
import { emptyMessage, withEvent, type WireEvent } from './message-assembly.ts';
import { finishedBlocks } from './message-blocks.ts';

function assembled(events: readonly WireEvent[]) {
  const message = events.reduce(withEvent, { ...emptyMessage, blocks: [] });
  return finishedBlocks(message.blocks ?? []);
}

const citation = { type: 'web_search_result_location', url: 'https://a.example', cited_text: 'x' };

const whole: readonly LlmBlock[] = [
  { type: 'thinking', thinking: 'Let me see', signature: 'c2ln' },
  { type: 'redacted_thinking', data: 'opaque' },
  { type: 'text', text: 'I look it up.', citations: null },
  { type: 'server_tool_use', id: 's1', name: 'web_search', input: { query: 'a "b" \\ c' } },
  { type: 'web_search_tool_result', tool_use_id: 's1', content: [{ type: 'web_search_result' }] },
  { type: 'text', text: 'Found.', citations: [citation, citation] },
  { type: 'tool_use', id: 't1', name: 'geocode', input: { city: 'Olomouc', deep: [{ x: 1 }] } },
  { type: 'from_the_future', anything: { at: ['all'] } },
];

/** The events that a server sends for such blocks, with texts in pieces of `size`. */
function eventsOf(blocks: readonly LlmBlock[], size: number): WireEvent[] {
  return blocks.flatMap((block, index): WireEvent[] => {
    const deltas: object[] = [];
    const emptied: Record<string, unknown> = { ...block };
    const split = (text: unknown, make: (piece: string) => object): void => {
      for (const piece of String(text).match(new RegExp(`.{1,${size}}`, 'gsu')) ?? [])
        deltas.push(make(piece));
    };
    if (block.type === 'text') {
      emptied['text'] = '';
      emptied['citations'] = block['citations'] === null ? null : [];
      split(block['text'], (text) => ({ type: 'text_delta', text }));
      for (const each of (block['citations'] ?? []) as object[])
        deltas.push({ type: 'citations_delta', citation: each });
    }
    if (block.type === 'thinking') {
      Object.assign(emptied, { thinking: '', signature: '' });
      split(block['thinking'], (thinking) => ({ type: 'thinking_delta', thinking }));
      deltas.push({ type: 'signature_delta', signature: block['signature'] });
    }
    if ('input' in block) {
      emptied['input'] = {};
      split(JSON.stringify(block['input']), (json) => ({ type: 'input_json_delta', partial_json: json }));
    }
    return [
      { type: 'content_block_start', index, content_block: emptied },
      ...deltas.map((delta): WireEvent => ({ type: 'content_block_delta', index, delta })),
      { type: 'content_block_stop' },
    ];
  });
}

test('blocks are put together as they were, however they are cut into pieces', () => {
  const inputs = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }));
  fc.assert(
    fc.property(
      fc.shuffledSubarray([...whole]),
      fc.integer({ min: 1, max: 20 }),
      inputs,
      (blocks, size, input) => {
        const all = [...blocks, { type: 'tool_use', id: 't2', name: 'any', input }];
        // What comes is JSON, which has no -0.
        expect(assembled(eventsOf(all, size))).toEqual(JSON.parse(JSON.stringify(all)));
      },
    ),
  );
});

test('a tool without input has an empty one', () => {
  const block = { type: 'tool_use', id: 't', name: 'now', input: {} };
  expect(assembled([{ type: 'content_block_start', index: 0, content_block: block }])).toEqual([block]);
});

test('input that broke off is told as such', () => {
  const events = eventsOf([{ type: 'tool_use', id: 't', name: 'n', input: { city: 'Brno' } }], 5).slice(0, 3);
  expect(assembled(events)).toEqual([
    { type: 'tool_use', id: 't', name: 'n', input: { INVALID_JSON: '{"city":"B' } },
  ]);
});

test('deltas without their block, and blocks without a type, are left out', () => {
  expect(
    assembled([
      { type: 'content_block_delta', index: 3, delta: { type: 'text_delta' } },
      { type: 'content_block_start', index: 0 },
      { type: 'content_block_start', index: 0, content_block: {} },
    ]),
  ).toEqual([]);
});

test('blocks are kept only where they are asked for', () => {
  expect(eventsOf(whole, 10).reduce(withEvent, emptyMessage).blocks).toBeNull();
});
