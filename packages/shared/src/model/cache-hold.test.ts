import { tokensIn } from '@baton/plan/context-window';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { holdOf, withCacheHold } from './cache-hold.ts';
import type { FirstOfKind } from './first-of-kind.ts';
import { ModelError, type Llm, type LlmRequest } from './llm.ts';
import { memoryFirstOfKind } from './testing/memory-first-of-kind.ts';
import { plainResponse } from './testing/scripted-llm.ts';

const plain: LlmRequest = {
  model: 'claude-sonnet-5-5',
  system: 'You write.',
  messages: [{ role: 'user', text: 'task' }],
  maxTokens: 100,
  jsonSchema: null,
};
const sharing = (task: string, shared = 'goal\n'): LlmRequest => ({
  ...plain,
  messages: [{ role: 'user', shared, text: task }],
});

const { signal } = new AbortController();

/** An endpoint whose answers begin and end when the test says so. */
function endpoint() {
  const begun: string[] = [];
  const calls = new Map<string, { begin(): void; end(): void; fail(error: Error): void }>();
  const llm: Llm = {
    call: (request, { onBegun }) =>
      new Promise((resolve, reject) => {
        const task = request.messages[0]?.text ?? '';
        calls.set(task, {
          begin: () => {
            begun.push(task);
            onBegun?.();
          },
          end: () => resolve({ ...plainResponse, text: task }),
          fail: reject,
        });
      }),
  };
  const reached = (...tasks: string[]) =>
    vi.waitFor(() => expect([...calls.keys()].toSorted()).toEqual(tasks.toSorted()));
  const of = (task: string) => {
    const call = calls.get(task);
    if (!call) throw new Error(`${task} was not called`);
    return call;
  };
  return { llm, reached, of, begun };
}

const broken: FirstOfKind = { ask: () => Promise.reject(new Error('Connection is closed.')) };
const silent: FirstOfKind = { ask: () => new Promise(() => undefined) };

describe('calls that begin alike', () => {
  test('are held until the first answer has begun', async () => {
    const { llm, reached, of } = endpoint();
    const held = withCacheHold(llm, memoryFirstOfKind());
    const onBegun = vi.fn();
    const calls = ['a', 'b', 'c'].map((task) => held.call(sharing(task), { signal, onBegun }));
    await reached('a');
    of('a').begin();
    await reached('a', 'b', 'c');
    expect(onBegun).toHaveBeenCalledTimes(1);
    for (const task of ['a', 'b', 'c']) of(task).end();
    expect((await Promise.all(calls)).map(({ text }) => text)).toEqual(['a', 'b', 'c']);
  });

  test('go at once while the cache is known to be written', async () => {
    const { llm, reached, of } = endpoint();
    const held = withCacheHold(llm, memoryFirstOfKind());
    const first = held.call(sharing('a'), { signal });
    await reached('a');
    of('a').end();
    await first;
    const calls = ['b', 'c'].map((task) => held.call(sharing(task), { signal }));
    await reached('a', 'b', 'c');
    for (const task of ['b', 'c']) of(task).end();
    await Promise.all(calls);
  });

  test('go one by one while the first ones fail before they begin', async () => {
    const { llm, reached, of } = endpoint();
    const held = withCacheHold(llm, memoryFirstOfKind());
    const calls = ['a', 'b', 'c'].map((task) => held.call(sharing(task), { signal }));
    await reached('a');
    of('a').fail(new Error('overloaded'));
    await expect(calls[0]).rejects.toThrow('overloaded');
    await vi.waitFor(() => expect(() => of('b')).not.toThrow()).catch(() => of('c'));
    const [next, last] = calledOf(of);
    of(next).begin();
    await reached('a', 'b', 'c');
    for (const task of [next, last]) of(task).end();
    await Promise.all(calls.slice(1));
  });

  test('go no sooner when the first fails after it began', async () => {
    const { llm, reached, of } = endpoint();
    const held = withCacheHold(llm, memoryFirstOfKind());
    const calls = ['a', 'b'].map((task) => held.call(sharing(task), { signal }));
    await reached('a');
    of('a').begin();
    of('a').fail(new Error('cut'));
    await expect(calls[0]).rejects.toThrow('cut');
    await reached('a', 'b');
    of('b').end();
    await calls[1];
  });
});

/** The one of `b` and `c` that was called, and the other one. */
function calledOf(of: (task: string) => unknown): ['b', 'c'] | ['c', 'b'] {
  try {
    of('b');
    return ['b', 'c'];
  } catch {
    return ['c', 'b'];
  }
}

describe('calls that begin otherwise', () => {
  test.each<[string, LlmRequest]>([
    ['share nothing', plain],
    ['share another beginning', sharing('b', 'another goal\n')],
    ['have another system prompt', { ...sharing('b'), system: 'You judge.' }],
    ['go to another model', { ...sharing('b'), model: 'claude-opus-5-5' }],
    ['are held to a schema', { ...sharing('b'), jsonSchema: { type: 'object' } }],
    [
      'have tools',
      {
        ...sharing('b'),
        tools: [{ kind: 'own', name: 't', description: 'd', inputSchema: { type: 'object' } }],
      },
    ],
  ])('go at once when they %s', async (_, other) => {
    const { llm, reached, of } = endpoint();
    const held = withCacheHold(llm, memoryFirstOfKind());
    const task = other.messages[0]?.text ?? '';
    const calls = [held.call(sharing('a'), { signal }), held.call(other, { signal })];
    await reached('a', task);
    for (const each of ['a', task]) of(each).end();
    await Promise.all(calls);
  });
});

describe('a call goes all the same', () => {
  test('when whoever is asked fails', async () => {
    const { llm, reached, of } = endpoint();
    const call = withCacheHold(llm, broken).call(sharing('a'), { signal });
    await reached('a');
    of('a').end();
    expect((await call).text).toBe('a');
  });

  test('when whoever is asked says nothing for as long as it may be held', async () => {
    const timeout = vi.spyOn(AbortSignal, 'timeout');
    onTestFinished(() => timeout.mockRestore());
    timeout.mockImplementation(() => AbortSignal.abort(new Error('time is up')));
    const { llm, reached, of } = endpoint();
    const call = withCacheHold(llm, silent).call(sharing('a'), { signal });
    await reached('a');
    expect(timeout.mock.calls).toEqual([[holdOf(tokensIn('You write.') + tokensIn('goal\n'))]]);
    of('a').end();
    expect((await call).text).toBe('a');
  });
});

test('a held call ends with its caller', async () => {
  const { llm, reached, of } = endpoint();
  const held = withCacheHold(llm, memoryFirstOfKind());
  const caller = new AbortController();
  const first = held.call(sharing('a'), { signal });
  await reached('a');
  const second = held.call(sharing('b'), { signal: caller.signal });
  caller.abort();
  await expect(second).rejects.toMatchObject({ failure: { kind: 'cancelled' } });
  await expect(second).rejects.toBeInstanceOf(ModelError);
  of('a').end();
  await first;
});

test('the longer the beginning, the longer the hold', () => {
  expect([4_096, 50_000, 150_000, 2_000_000].map(holdOf)).toEqual([5_410, 10_000, 20_000, 20_000]);
});
