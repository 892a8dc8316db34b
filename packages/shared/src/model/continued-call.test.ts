import { continuationPrompt } from '@baton/plan/prompts/continuation-prompt';
import { describe, expect, test } from 'vitest';
import { continuedCall, MOST_CONTINUATIONS, MOST_PAUSES } from './continued-call.ts';
import { withJournal } from './journaled-llm.ts';
import { LaterError, ModelError, type LlmRequest } from './llm.ts';
import { defaultPrices } from './prices.ts';
import { memoryJournal } from './testing/memory-journal.ts';
import { plainResponse, scriptedLlm, type ScriptLine } from './testing/scripted-llm.ts';

const request: LlmRequest = {
  model: 'm',
  system: '',
  messages: [{ role: 'user', text: 'Write' }],
  maxTokens: 1_000,
  jsonSchema: null,
};

function cut(text: string) {
  return { text, stopReason: 'max_tokens' } as const;
}

function paused(text: string, ...types: readonly string[]) {
  return { text, stopReason: 'pause_turn', blocks: types.map((type) => ({ type })) } as const;
}

const broken = new ModelError('Broken', { failure: { kind: 'terminal' }, type: 'invalid_request_error' });
const cancelled = new ModelError('Over', { failure: { kind: 'cancelled' }, type: 'cancelled' });
const goOn = { role: 'user', text: continuationPrompt };

function ask(
  lines: readonly ScriptLine[],
  more: { contextTokens?: number; goesOn?: boolean; request?: Partial<LlmRequest> } = {},
) {
  const llm = scriptedLlm(...lines);
  const journal = memoryJournal();
  const told: string[] = [];
  const answer = continuedCall({
    caller: withJournal(llm, journal, defaultPrices),
    request: { ...request, ...more.request },
    options: {
      signal: new AbortController().signal,
      step: 'call-1',
      attempt: 1,
      onText: (text) => told.push(text),
      onLost: () => told.push('|lost|'),
    },
    contextTokens: more.contextTokens ?? 200_000,
    goesOn: more.goesOn ?? true,
  });
  return { llm, told, answer, journal };
}

describe('a text that was cut off', () => {
  test('is gone on with where it ended, as one text', async () => {
    const { llm, told, answer } = ask([cut('Once up'), cut('on a ti'), { text: 'me.' }]);
    expect(await answer).toMatchObject({ text: 'Once upon a time.', cutOff: false });
    expect(told).toEqual(['Once up', 'on a ti', 'me.']);
    expect(llm.requests[1]?.messages).toEqual([
      ...request.messages,
      { role: 'assistant', text: 'Once up' },
      goOn,
    ]);
    expect(llm.requests[2]?.messages.slice(3)).toEqual([{ role: 'assistant', text: 'on a ti' }, goOn]);
  });

  test('is given up after so many continuations', async () => {
    const lines = Array.from({ length: MOST_CONTINUATIONS + 1 }, () => cut('a'));
    const { answer } = ask(lines);
    expect(await answer).toMatchObject({ text: 'aaaa', cutOff: true });
  });

  test('stands as it is when that was asked for', async () => {
    expect(await ask([cut('Once')], { goesOn: false }).answer).toMatchObject({ text: 'Once', cutOff: true });
  });

  test.each([
    ['fails', broken],
    ['is refused', { stopReason: 'refusal', text: '' } as const],
  ])('stands as it is when the call for its rest %s', async (_case, line) => {
    expect(await ask([cut('Once'), line]).answer).toMatchObject({
      text: 'Once',
      cutOff: true,
      last: { stopReason: 'max_tokens' },
    });
  });

  test.each([
    ['cancelled', cancelled],
    ['put off', new LaterError('Later', 1_000)],
  ])('is not settled for when the call for its rest is %s', async (_case, error) => {
    await expect(ask([cut('Once'), error]).answer).rejects.toBe(error);
  });

  test('is not gone on with where the window has no room, and with less where there is little', async () => {
    expect(await ask([cut('Once')], { contextTokens: 1_000 }).answer).toMatchObject({ cutOff: true });
    const { llm, answer } = ask([cut('Once'), {}], { contextTokens: 1_500 });
    await answer;
    expect(llm.requests[1]?.maxTokens).toBeLessThan(1_000);
    expect(llm.requests[1]?.maxTokens).toBeGreaterThan(500);
  });

  test.each([
    ['has said nothing yet', cut(' ')],
    [
      'broke off in a call of a tool',
      { ...cut('I search'), blocks: [{ type: 'text' }, { type: 'tool_use' }] },
    ],
    [
      'broke off in a search',
      {
        ...cut('I search'),
        blocks: [
          { type: 'server_tool_use', id: 's' },
          { type: 'text', tool_use_id: 't' },
        ],
      },
    ],
    ['has filled the window', { text: 'Once', stopReason: 'model_context_window_exceeded' } as const],
  ])('that %s stands', async (_case, line) => {
    const { llm, answer } = ask([line]);
    expect(await answer).toMatchObject({ cutOff: true });
    expect(llm.requests).toHaveLength(1);
  });
});

test('what holds is told again when a later piece is lost', async () => {
  const { told, answer } = ask([
    cut('Once '),
    async (_request, options) => {
      options.onText?.('upon');
      options.onLost?.();
      options.onText?.('there was');
      return { ...plainResponse, text: 'there was' };
    },
  ]);
  expect((await answer).text).toBe('Once there was');
  expect(told).toEqual(['Once ', 'upon', '|lost|', 'Once ', 'there was']);
});

test('an answer that is made again takes every piece from the journal', async () => {
  const first = ask([cut('Once '), { text: 'more' }]);
  await first.answer;
  const llm = scriptedLlm();
  const again = await continuedCall({
    caller: withJournal(llm, first.journal, defaultPrices),
    request,
    options: { signal: new AbortController().signal, step: 'call-1', attempt: 1 },
    contextTokens: 200_000,
    goesOn: true,
  });
  expect(again.text).toBe('Once more');
  expect(again.calls.map(({ reused }) => reused)).toEqual([true, true]);
});

test('a text that was cut off after its searches were answered is gone on with, blocks and all', async () => {
  const blocks = [
    { type: 'server_tool_use', id: 's' },
    { type: 'web_search_tool_result', tool_use_id: 's' },
    { type: 'text', text: 'Found' },
  ];
  const { llm, answer } = ask([{ ...cut('Found'), blocks }, { text: ' it.' }]);
  expect(await answer).toMatchObject({ text: 'Found it.', cutOff: false });
  expect(llm.requests[1]?.messages.slice(1)).toEqual([{ role: 'assistant', text: 'Found', blocks }, goOn]);
});

describe('a turn that the model pauses', () => {
  test('is sent back as it is', async () => {
    const { llm, answer } = ask([paused('I look. ', 'server_tool_use'), { text: 'Found.' }], {
      goesOn: false,
    });
    expect(await answer).toMatchObject({ text: 'I look. Found.', cutOff: false });
    expect(llm.requests[1]?.messages.slice(1)).toEqual([
      { role: 'assistant', text: 'I look. ', blocks: [{ type: 'server_tool_use' }] },
    ]);
  });

  test('is given up after so many times', async () => {
    const lines = Array.from({ length: MOST_PAUSES + 1 }, () => paused('.', 'server_tool_use'));
    expect(await ask(lines).answer).toMatchObject({ text: '......', cutOff: true });
  });

  test('fails with the call for its rest', async () => {
    await expect(ask([paused('I look', 'server_tool_use'), broken]).answer).rejects.toBe(broken);
  });
});
