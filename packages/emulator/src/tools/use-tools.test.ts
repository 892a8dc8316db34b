import { Anthropic, BadRequestError } from '@anthropic-ai/sdk';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { startEmulator } from '../emulator.ts';

const emulator = await startEmulator({ msPerChunk: 0 });
const client = new Anthropic({ baseURL: emulator.url, apiKey: 'key', maxRetries: 0 });
beforeEach(() => emulator.reset());
afterAll(() => emulator.close());

const GEOCODE: Anthropic.Tool = {
  name: 'geocode',
  description: 'Where a city lies',
  input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};
const WEATHER: Anthropic.Tool = { name: 'weather', input_schema: { type: 'object' } };
const SEARCH: Anthropic.WebSearchTool20260318 = {
  type: 'web_search_20260318',
  name: 'web_search',
  max_uses: 3,
};
const FETCH: Anthropic.WebFetchTool20260318 = {
  type: 'web_fetch_20260318',
  name: 'web_fetch',
  citations: { enabled: true },
};
const TASK = { model: 'm', max_tokens: 4_000, system: 'You are the researcher of Baton.' };

function taskPrompt(description: string): Anthropic.MessageParam {
  return {
    role: 'user',
    content: `<goal>Find a place</goal><task id="t1" worker="researcher"><description>${description}</description></task>`,
  };
}

/** Answers every tool call, and sends a paused turn back, until the model is done or `most` turns have passed. */
async function converse(
  description: string,
  tools: Anthropic.ToolUnion[],
  most = 6,
): Promise<Anthropic.Message[]> {
  const messages = [taskPrompt(description)];
  const turns: Anthropic.Message[] = [];
  while (turns.length < most) {
    const message = await client.messages.stream({ ...TASK, tools, messages }).finalMessage();
    turns.push(message);
    messages.push({ role: 'assistant', content: message.content });
    const results = message.content.flatMap((block): Anthropic.ToolResultBlockParam[] =>
      block.type === 'tool_use'
        ? [{ type: 'tool_result', tool_use_id: block.id, content: `${block.name} says 42` }]
        : [],
    );
    if (results.length > 0) messages.push({ role: 'user', content: results });
    else if (message.stop_reason !== 'pause_turn') break;
  }
  return turns;
}

function typesOf(message: Anthropic.Message | undefined): string[] {
  return message?.content.map(({ type }) => type) ?? [];
}

function textOf(message: Anthropic.Message | undefined): string {
  return message?.content.map((block) => (block.type === 'text' ? block.text : '')).join('') ?? '';
}

test('each tool is called once, all side by side, and the answer holds what they said', async () => {
  const turns = await converse('Look around', [GEOCODE, WEATHER]);
  expect(turns.map(({ stop_reason: reason }) => reason)).toEqual(['tool_use', 'end_turn']);
  expect(typesOf(turns[0])).toEqual(['text', 'tool_use', 'tool_use']);
  const uses = turns[0]?.content.flatMap((block) => (block.type === 'tool_use' ? [block] : [])) ?? [];
  expect(uses.map(({ name, input }) => [name, input])).toEqual([
    ['geocode', { city: 'Simulated city for: Look around' }],
    ['weather', {}],
  ]);
  expect(textOf(turns[1])).toContain('- geocode: geocode says 42\n- weather: weather says 42');
});

test.each([
  ['[calls geocode twice]', 3, ['geocode', 'geocode']],
  ['[uses no tools]', 1, []],
  ['[calls geocode forever]', 6, Array.from({ length: 6 }, () => 'geocode')],
])('%s', async (mark, turnCount, names) => {
  const turns = await converse(`Look around ${mark}`, [GEOCODE, WEATHER]);
  expect(turns).toHaveLength(turnCount);
  const uses = turns.flatMap(({ content }) => content.filter((block) => block.type === 'tool_use'));
  expect(uses.map(({ name }) => name)).toEqual(names);
  expect(new Set(uses.map(({ id }) => id)).size).toBe(uses.length);
});

test('no tool is called where none may be', async () => {
  const choice = { tool_choice: { type: 'none' as const }, tools: [GEOCODE, SEARCH] };
  const messages = [taskPrompt('Look around [calls geocode forever]')];
  const turn = await client.messages.stream({ ...TASK, ...choice, messages }).finalMessage();
  expect(typesOf(turn)).toEqual(['text']);
});

test('the same request is answered with the same ids', async () => {
  const [first] = await converse('Look around', [GEOCODE], 1);
  const [again] = await converse('Look around', [GEOCODE], 1);
  expect(again?.content).toEqual(first?.content);
});

test('the endpoint searches and fetches by itself, cites what it found and counts it', async () => {
  const search = { ...SEARCH, allowed_domains: ['docs.example.org'] };
  const [turn, more] = await converse('Look around', [search, FETCH]);
  expect(more).toBeUndefined();
  expect(typesOf(turn)).toEqual([
    'server_tool_use',
    'web_search_tool_result',
    'text',
    'server_tool_use',
    'web_fetch_tool_result',
    'text',
    'text',
  ]);
  expect(turn?.usage.server_tool_use).toEqual({ web_search_requests: 1, web_fetch_requests: 1 });
  expect(turn?.content[2]).toMatchObject({
    citations: [
      { type: 'web_search_result_location', url: 'https://docs.example.org/simulated/look-around-1' },
    ],
  });
});

test.each([
  ['[pauses once]', ['pause_turn', 'end_turn']],
  ['[pauses 2 times]', ['pause_turn', 'pause_turn', 'end_turn']],
])('%s', async (mark, reasons) => {
  const turns = await converse(`Look around ${mark}`, [SEARCH]);
  expect(turns.map(({ stop_reason: reason }) => reason)).toEqual(reasons);
  expect(typesOf(turns[0])).toEqual(['server_tool_use']);
  expect(typesOf(turns[1])[0]).toBe('web_search_tool_result');
});

const use = { type: 'tool_use', id: 'toolu_1', name: 'geocode', input: {} } as const;
const result = { type: 'tool_result', tool_use_id: 'toolu_1', content: '42' } as const;
const search = { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: {} } as const;
const ask = taskPrompt('Look');

test.each<[string, Anthropic.MessageParam[], RegExp]>([
  [
    'a call without a result',
    [ask, { role: 'assistant', content: [use] }, { role: 'user', content: 'And?' }],
    /ids were found without `tool_result`/,
  ],
  ['a result without a call', [ask, { role: 'user', content: [result] }], /unexpected `tool_use_id`/],
  [
    'two results',
    [ask, { role: 'assistant', content: [use] }, { role: 'user', content: [result, result] }],
    /single result/,
  ],
  [
    'a result after text',
    [
      ask,
      { role: 'assistant', content: [use] },
      { role: 'user', content: [{ type: 'text', text: 'See' }, result] },
    ],
    /must come first/,
  ],
  [
    'a search without its result',
    [ask, { role: 'assistant', content: [search] }, { role: 'user', content: 'And?' }],
    /without its result block/,
  ],
])('%s is refused', async (_case, messages, message) => {
  const call = client.messages.create({ ...TASK, tools: [GEOCODE, SEARCH], messages });
  await expect(call).rejects.toThrow(message);
  await expect(call).rejects.toBeInstanceOf(BadRequestError);
});

test.each<[string, object, RegExp]>([
  ['two tools of one name', { tools: [GEOCODE, GEOCODE] }, /must be unique/],
  ['a name with a space', { tools: [{ ...GEOCODE, name: 'a b' }] }, /tools\.0\.name/],
  [
    'a schema of no object',
    { tools: [{ ...GEOCODE, input_schema: { type: 'string' } }] },
    /input_schema\.type/,
  ],
  ['a tool that is not known', { tools: [{ type: 'teleport_20260101', name: 'x' }] }, /does not match/],
  [
    'both lists of domains',
    { tools: [{ ...SEARCH, allowed_domains: ['a.org'], blocked_domains: ['b.org'] }] },
    /Only one of/,
  ],
  [
    'a domain with a scheme',
    { tools: [{ ...FETCH, blocked_domains: ['https://a.org'] }] },
    /without a scheme/,
  ],
])('%s is refused', async (_case, fields, message) => {
  const response = await fetch(`${emulator.url}/v1/messages`, {
    method: 'POST',
    headers: { 'x-api-key': 'k', 'anthropic-version': '2026-10-21' },
    body: JSON.stringify({ ...TASK, messages: [ask], ...fields }),
  });
  expect(response.status).toBe(400);
  expect(await response.text()).toMatch(message);
});

test('what was cut off after a search goes on without another', async () => {
  const tools = [SEARCH];
  const [whole] = await converse('Look around', tools);
  emulator.inject([{ fault: { kind: 'max_tokens' } }]);
  const first = await client.messages.create({ ...TASK, tools, messages: [taskPrompt('Look around')] });
  expect(first.stop_reason).toBe('max_tokens');
  expect(typesOf(first)).toEqual(['server_tool_use', 'web_search_tool_result', 'text', 'text']);
  const rest = await client.messages.create({
    ...TASK,
    tools,
    messages: [
      taskPrompt('Look around'),
      { role: 'assistant', content: first.content },
      { role: 'user', content: 'Your answer was cut off. Go on.' },
    ],
  });
  expect(typesOf(rest)).toEqual(['text']);
  expect(textOf(first) + textOf(rest)).toBe(textOf(whole));
});

test('a text that was cut off goes on where it ended, however often it is cut', async () => {
  const whole = textOf(await client.messages.create({ ...TASK, messages: [taskPrompt('Look around')] }));
  const messages = [taskPrompt('Look around')];
  const parts: string[] = [];
  let reason: string | null = 'max_tokens';
  while (reason === 'max_tokens') {
    const params = { ...TASK, max_tokens: Math.ceil(whole.length / 10), messages };
    const message: Anthropic.Message = await client.messages.create(params);
    parts.push(textOf(message));
    reason = message.stop_reason;
    messages.push({ role: 'assistant', content: message.content });
    messages.push({ role: 'user', content: 'Your answer was cut off. Go on.' });
  }
  expect(parts).toHaveLength(3);
  expect(parts.join('')).toBe(whole);
});
