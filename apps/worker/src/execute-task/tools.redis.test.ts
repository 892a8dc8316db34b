import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineTool, defineWorker } from '../define-worker.ts';
import { about, asking, counting, openTask, told, uses } from './testing/tool-using-task.ts';
import { MOST_TURNS } from './tool-loop.ts';

describe('a model that uses tools', () => {
  it('is told what each gave, and gives its result when it has what it needs', async () => {
    const { tool, calls } = counting('geocode', true);
    const { llm, execute, task } = await openTask(uses(['geocode', { place: 'Lisbon' }]), {
      text: 'At the Tagus.',
    });
    expect(await execute(asking([tool]))).toMatchObject({ status: 'succeeded' });
    expect(calls).toEqual(['Lisbon']);
    const [first, second] = llm.requests;
    expect(first?.tools).toEqual([
      expect.objectContaining({ kind: 'own', name: 'geocode', description: 'Does geocode.' }),
    ]);
    expect(first?.system).toMatch(/^s\n\n# Tools\n/);
    expect(second?.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    expect(told(second)).toEqual([{ content: '{"place":"Lisbon"}' }]);
    expect(await task()).toMatchObject({
      output: 'At the Tagus.',
      usage: { calls: 2 },
      metadata: { tools: [{ name: 'geocode', calls: 1, failed: 0 }] },
    });
  });

  it('has the calls of one turn made side by side, and told in the order in which it asked', async () => {
    let arrived = 0;
    let release = (): void => undefined;
    const both = new Promise<void>((resolve) => (release = resolve));
    const { tool } = counting('geocode', true, async (place) => {
      arrived += 1;
      if (arrived === 2) release();
      await both;
      return place;
    });
    const { llm, execute } = await openTask(
      uses(['geocode', { place: 'a' }], ['geocode', { place: 'b' }]),
      {},
    );
    await execute(asking([tool]));
    expect(told(llm.requests[1])).toEqual([{ content: 'a' }, { content: 'b' }]);
  });

  it('is told of what failed: an unknown tool, an input that does not fit, an error, a time limit', async () => {
    const { tool } = counting('geocode', true, () => {
      throw new Error('no such street');
    });
    const slow = defineTool({
      name: 'slow',
      description: 'd',
      input: z.object({}),
      idempotent: false,
      timeout: 20,
      run: (_input, { signal }) =>
        new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(signal.reason as Error)),
        ),
    });
    const { llm, execute, task } = await openTask(
      uses(['geocod', {}], ['geocode', { place: 7 }], ['geocode', { place: 'x' }], ['slow', {}]),
      { text: 'Without.' },
    );
    await execute(asking([tool, slow]));
    expect(told(llm.requests[1])).toEqual([
      { content: 'There is no tool "geocod". Did you mean "geocode"?', is_error: true },
      { content: expect.stringContaining('place: '), is_error: true },
      { content: 'The tool failed: no such street', is_error: true },
      {
        content: expect.stringMatching(/longer than the 0.02 s .* may have been carried out/),
        is_error: true,
      },
    ]);
    expect(await task()).toMatchObject({
      output: 'Without.',
      metadata: {
        tools: [
          { name: 'geocode', failed: 2 },
          { name: 'slow', failed: 1 },
        ],
      },
    });
  });

  it('has no call made whose input is no JSON object', async () => {
    let made = 0;
    const ping = defineTool({
      name: 'ping',
      description: 'd',
      idempotent: false,
      input: z.object({ loud: z.boolean().optional() }),
      run: () => (made += 1),
    });
    const { llm, execute } = await openTask(
      uses(['ping', { INVALID_JSON: '{"loud": tr' }], ['ping', 'loud'], ['ping', ['loud']]),
      {},
    );
    await execute(asking([ping]));
    expect(made).toBe(0);
    const notMade = { content: expect.stringContaining('JSON object'), is_error: true };
    expect(told(llm.requests[1])).toEqual([
      { content: expect.stringContaining('no valid JSON'), is_error: true },
      notMade,
      notMade,
    ]);
  });

  it('is told of long results what fits, in one and in all of them together', async () => {
    const short = defineTool({
      name: 'short',
      description: 'd',
      idempotent: true,
      maxOutput: 200,
      input: z.object({}),
      run: () => 'x'.repeat(1_000),
    });
    const long = defineTool({
      name: 'long',
      description: 'd',
      idempotent: true,
      maxOutput: 1_000_000,
      input: z.object({}),
      run: () => 'y'.repeat(1_000_000),
    });
    const { llm, execute } = await openTask(
      uses(['short', {}], ['long', {}], ['long', {}], ['long', {}]),
      {},
    );
    await execute(asking([short, long]));
    const [one, two, three, four] = told(llm.requests[1]).map(({ content }) => String(content));
    expect(one?.length).toBeLessThanOrEqual(200);
    expect(one).toMatch(/characters left out/);
    expect(two?.length).toBeGreaterThan(150_000);
    expect(two?.length).toBeLessThanOrEqual(200_000);
    expect(three?.length).toBeLessThan(10_000);
    expect(four).toMatch(/^\[left out: /);
  });

  it('must come to an end: the last turn is announced, and one more call fails the task', async () => {
    const { tool, calls } = counting('geocode', true);
    const again = Array.from({ length: MOST_TURNS }, () => uses(['geocode', { place: 'a' }]));
    const { llm, execute, task } = await openTask(...again);
    expect(await execute(asking([tool]))).toMatchObject({ status: 'failed' });
    expect(llm.requests).toHaveLength(MOST_TURNS);
    expect(calls).toHaveLength(MOST_TURNS - 1);
    expect(llm.requests.map(({ toolChoice }) => toolChoice)).toEqual([
      ...Array.from({ length: MOST_TURNS - 1 }, () => undefined),
      'none',
    ]);
    expect(JSON.stringify(llm.requests.at(-1)?.messages.at(-1))).toContain('No more calls can be made.');
    expect((await task())?.errors).toEqual([expect.stringContaining(`within ${MOST_TURNS} turns`)]);
  });

  it('without any is asked as ever', async () => {
    const { llm, execute } = await openTask({ text: 'plain' });
    await execute(asking([]));
    expect(llm.requests[0]).not.toHaveProperty('tools');
    expect(llm.requests[0]?.system).toBe('s');
  });

  it("may be given the endpoint's own, whose sources are kept", async () => {
    const sources = [{ url: 'https://a.example', title: 'A' }];
    const { llm, execute, task } = await openTask({ text: 'found', sources: [...sources, ...sources] });
    await execute(asking(['web_search']));
    expect(llm.requests[0]?.tools).toEqual([{ kind: 'web_search', maxUses: 5 }]);
    expect(await task()).toMatchObject({ metadata: { sources } });
  });

  it('is told before a repair what it has done that would be done twice', async () => {
    const { tool } = counting('pay', false, (place) => `<b>${place}`);
    const { llm, execute } = await openTask(
      uses(['pay', { place: 'a' }]),
      { text: '{}' },
      { text: '{"ok":true}' },
    );
    const schema = z.object({ ok: z.boolean() });
    const worker = defineWorker({
      ...about,
      output: schema,
      tools: [tool],
      run: (_task, { model }) => model.object({ system: 's', prompt: 'p', schema, tools: true }),
    });
    await execute(worker);
    expect(llm.requests[1]?.messages[0]?.text).toBe('p');
    expect(llm.requests[2]?.messages.at(-1)?.text).toMatch(
      /<calls_made>\n<call tool="pay">\n<input>{"place":"a"}<\/input>\n<result>&lt;b&gt;a<\/result>\n<\/call>\n<\/calls_made>$/,
    );
  });

  it('gives an object too, and may use its tools again to repair it', async () => {
    const { tool, calls } = counting('geocode', true);
    const looking = uses(['geocode', { place: 'a' }]);
    const { execute, task } = await openTask(looking, { text: '{}' }, looking, { text: '{"ok":true}' });
    const schema = z.object({ ok: z.boolean() });
    const worker = defineWorker({
      ...about,
      output: schema,
      tools: [tool],
      run: (_task, { model }) => model.object({ system: 's', prompt: 'p', schema, tools: ['geocode'] }),
    });
    await execute(worker);
    expect(await task()).toMatchObject({ output: '{"ok":true}' });
    expect(calls).toHaveLength(2);
  });
});
