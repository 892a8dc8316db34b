import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { StepCaller } from './journaled-llm.ts';
import type { Llm, LlmRequest } from './llm.ts';
import { structuredCall, type StructuredRequest } from './structured-call.ts';
import { scriptedLlm, type ScriptLine } from './testing/scripted-llm.ts';

const schema = z.strictObject({ name: z.string().min(1), score: z.number().max(1) });
type Value = z.infer<typeof schema>;

const good = JSON.stringify({ name: 'a', score: 0.5 });
const request = {
  model: 'm',
  system: 'You judge.',
  messages: [{ role: 'user' as const, text: 'Judge this.' }],
  maxTokens: 100,
};

type Attempts = [step: string, attempt: number][];

function callerOf(llm: Llm, attempts: Attempts = []): StepCaller {
  return {
    async call(asked, { step, attempt, ...callOptions }) {
      attempts.push([step, attempt]);
      const response = await llm.call(asked, callOptions);
      return { response, costUsd: 0, reused: false, possiblyRepeatedCalls: 0 };
    },
  };
}

const common = {
  structuredOutput: 'native' as const,
  request,
  signal: new AbortController().signal,
  step: 'judge',
};

function asking(lines: readonly ScriptLine[], options: Partial<StructuredRequest<Value>> = {}) {
  const llm = scriptedLlm(...lines);
  const attempts: Attempts = [];
  const reply = structuredCall({ ...common, caller: callerOf(llm, attempts), schema, ...options });
  return { reply, requests: llm.requests, attempts };
}

function lastTurns({ messages }: LlmRequest) {
  return messages.slice(request.messages.length);
}

describe('asking', () => {
  test('native: the endpoint gets the schema, the prompt stays as it is', async () => {
    const { reply, requests } = asking([{ text: good }]);
    expect(await reply).toMatchObject({
      kind: 'ok',
      value: { name: 'a', score: 0.5 },
      calls: [{ reused: false }],
    });
    expect(requests[0]).toMatchObject({
      system: 'You judge.',
      jsonSchema: { type: 'object', additionalProperties: false, required: ['name', 'score'] },
    });
  });

  test('prompt: the schema is told in words, and the reply found among prose', async () => {
    const { reply, requests } = asking([{ text: `Here it is:\n\`\`\`json\n${good}\n\`\`\`` }], {
      structuredOutput: 'prompt',
    });
    expect(await reply).toMatchObject({ kind: 'ok', value: { name: 'a' } });
    expect(requests[0]?.jsonSchema).toBeNull();
    expect(requests[0]?.system).toMatch(/^You judge\.\n\n[\s\S]*"maximum":1/);
  });

  test('a schema that structured outputs cannot say goes into the prompt', async () => {
    const llm = scriptedLlm({ text: '{"counts":{"a":1}}' });
    const reply = await structuredCall({
      ...common,
      caller: callerOf(llm),
      request: { ...request, system: '' },
      schema: z.object({ counts: z.record(z.string(), z.number()) }),
    });
    expect(reply).toMatchObject({ kind: 'ok', value: { counts: { a: 1 } } });
    expect(llm.requests[0]?.jsonSchema).toBeNull();
    expect(llm.requests[0]?.system).toMatch(/^#.*\n[\s\S]*"counts"/);
  });
});

describe('repairing', () => {
  test('a reply that does not fit the schema goes back with every place named', async () => {
    const bad = JSON.stringify({ name: '', score: 7 });
    const { reply, requests, attempts } = asking([{ text: bad }, { text: good }]);
    const answer = await reply;
    expect(answer.kind).toBe('ok');
    expect(answer.calls).toHaveLength(2);
    expect(attempts).toEqual([
      ['judge', 1],
      ['judge', 2],
    ]);
    const [assistant, user] = requests[1] ? lastTurns(requests[1]) : [];
    expect(assistant).toEqual({ role: 'assistant', text: bad });
    expect(user?.role).toBe('user');
    expect(user?.text).toMatch(/path="name"[\s\S]*path="score"/);
    expect(requests[1]).toMatchObject({ system: 'You judge.', jsonSchema: requests[0]?.jsonSchema });
  });

  test('a value that breaks a further rule goes back too', async () => {
    const { reply, requests } = asking([{ text: good }, { text: '{"name":"b","score":1}' }], {
      check: ({ name }) => (name === 'a' ? [{ path: 'name', taskId: 'x', message: 'a is taken' }] : []),
    });
    expect(await reply).toMatchObject({ kind: 'ok', value: { name: 'b' } });
    expect(requests[1]?.messages.at(-1)?.text).toContain('a is taken');
  });

  test('a reply that was cut off is asked for more briefly, even when what came can be read', async () => {
    const { reply, requests } = asking([{ text: good, stopReason: 'max_tokens' }, { text: good }]);
    expect((await reply).kind).toBe('ok');
    expect(requests[1]?.messages.at(-1)?.text).toContain('cut off at 100 tokens: answer more briefly');
  });

  test('an empty reply is sent back as a turn that the API takes', async () => {
    const { reply, requests } = asking([{ text: ' \n' }, { text: good }]);
    expect((await reply).kind).toBe('ok');
    expect(requests[1] && lastTurns(requests[1])[0]).toEqual({ role: 'assistant', text: '(no text)' });
  });

  test('each repair holds the latest reply alone', async () => {
    const { reply, requests } = asking([{ text: 'one' }, { text: 'two' }, { text: good }], { maxRepairs: 2 });
    expect((await reply).calls).toHaveLength(3);
    expect(requests[2] && lastTurns(requests[2]).map(({ role, text }) => [role, text.slice(0, 3)])).toEqual([
      ['assistant', 'two'],
      ['user', expect.any(String)],
    ]);
  });

  test('a flood of mistakes is told in part', async () => {
    const answer = await structuredCall({
      ...common,
      caller: callerOf(scriptedLlm({ text: JSON.stringify({ names: Array.from({ length: 30 }, () => 7) }) })),
      schema: z.object({ names: z.array(z.string()) }),
      maxRepairs: 0,
    });
    expect(answer.kind === 'invalid' && answer.violations).toHaveLength(21);
    expect(answer.kind === 'invalid' && answer.violations.at(-1)?.message).toMatch(/^10 more places/);
  });
});

describe('giving up', () => {
  test('when no repair is left', async () => {
    const { reply, requests } = asking([{ text: 'no' }, { text: '{"name":"a"}' }]);
    expect(await reply).toMatchObject({
      kind: 'invalid',
      lastText: '{"name":"a"}',
      violations: [{ path: 'score', taskId: null }],
      calls: [{}, {}],
    });
    expect(requests).toHaveLength(2);
  });

  test('at once when none is allowed', async () => {
    expect(await asking([{ text: 'no' }], { maxRepairs: 0 }).reply).toMatchObject({
      kind: 'invalid',
      lastText: 'no',
    });
  });

  test('at once when the context window is full, as a longer conversation would not fit', async () => {
    const { reply } = asking([{ text: good, stopReason: 'model_context_window_exceeded' }]);
    expect(await reply).toMatchObject({ kind: 'invalid', calls: [{}] });
  });

  test('at once when the model refuses, in the first reply or in a repair', async () => {
    const refusal = { text: 'I can not.', stopReason: 'refusal' } as const;
    expect(await asking([refusal]).reply).toMatchObject({ kind: 'refused', text: 'I can not.', calls: [{}] });
    const reasoned = { ...refusal, refusal: 'Too risky.' };
    expect(await asking([reasoned]).reply).toMatchObject({ kind: 'refused', refusal: 'Too risky.' });
    expect(await asking([{ text: 'no' }, refusal]).reply).toMatchObject({ kind: 'refused', calls: [{}, {}] });
  });
});
