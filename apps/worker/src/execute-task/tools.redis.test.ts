import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { TaskJob } from '@baton/shared/contract/queues';
import { readGoal } from '@baton/shared/ledger/goal-view';
import { neverCached } from '@baton/shared/model/cache-worth';
import { noSamples } from '@baton/shared/model/call-samples';
import { withJournal } from '@baton/shared/model/journaled-llm';
import type { LlmBlock, LlmRequest, LlmResponse } from '@baton/shared/model/llm';
import type { ModelAccess } from '@baton/shared/model/model-access';
import { defaultModelTiers } from '@baton/shared/model/model-tiers';
import { defaultPrices } from '@baton/shared/model/prices';
import { createLogger } from '@baton/shared/telemetry/logger';
import { createMetrics } from '@baton/shared/telemetry/metrics';
import {
  leaseOf,
  openTestLedger,
  runningGoal,
  TENANT,
} from '../../../../packages/shared/src/ledger/testing/test-ledger.ts';
import { scriptedLlm, type ScriptLine } from '../../../../packages/shared/src/model/testing/scripted-llm.ts';
import { defineTool, defineWorker, type Worker } from '../define-worker.ts';
import { toolBoxOf } from '../tools/tool-box.ts';
import { defaultToolSettings } from '../tools/tool-settings.ts';
import type { Tool } from '../tools/tool.ts';
import { executeTask, type TaskReturn } from './execute-task.ts';
import { MOST_TURNS } from './tool-loop.ts';

const about = { type: 'researcher', description: 'd', bestFor: 'b', notFor: 'n' };

/** A model's turn that calls these tools; some endpoints count ids anew in each. */
function uses(...calls: readonly (readonly [name: string, input: unknown])[]): Partial<LlmResponse> {
  const text = 'Let me look.';
  const blocks = calls.map(([name, input], index): LlmBlock => ({
    type: 'tool_use',
    id: `call_${index}`,
    name,
    input,
  }));
  return { text, stopReason: 'tool_use', blocks: [{ type: 'text', text }, ...blocks] };
}

/** What the request tells of the results of the last turn. */
function told(request: LlmRequest | undefined): { content: unknown; is_error?: unknown }[] {
  const { blocks = [] } = request?.messages.at(-1) ?? {};
  return blocks
    .filter(({ type }) => type === 'tool_result')
    .map(({ content, is_error }) => ({ content, ...(is_error !== undefined && { is_error }) }));
}

function counting(
  name: string,
  idempotent: boolean,
  effect: (place: string) => unknown = (place) => ({ place }),
) {
  const calls: string[] = [];
  const keys: string[] = [];
  const tool = defineTool({
    name,
    description: `Does ${name}.`,
    input: z.object({ place: z.string() }),
    idempotent,
    run({ place }, { idempotencyKey }) {
      calls.push(place);
      keys.push(idempotencyKey);
      return effect(place);
    },
  });
  return { tool, calls, keys };
}

function asking(tools: readonly (string | Tool)[]): Worker {
  return defineWorker({
    ...about,
    tools,
    run: async (_task, { model }) => (await model.text({ system: 's', prompt: 'p', tools: true })).text,
  });
}

async function open(...lines: readonly ScriptLine[]) {
  const { ledger, redis } = openTestLedger();
  const goalId = await runningGoal(ledger);
  const llm = scriptedLlm(...lines);
  const models = {
    tiers: defaultModelTiers,
    structuredOutput: 'prompt',
    plansInXml: false,
    contextTokens: 200_000,
    cachePays: neverCached,
    samples: noSamples,
    costOf: () => null,
    callerFor: (journal) => withJournal(llm, journal, defaultPrices),
  } as Partial<ModelAccess> as ModelAccess;
  const tools = toolBoxOf({ settings: defaultToolSettings, local: new Map(), servers: [] });
  const deps = { ledger, models, tools, metrics: createMetrics(), logger: createLogger('test', 'silent') };
  const tea: TaskJob = { goalId, rev: 1, taskId: 'tea' };
  const { signal } = new AbortController();
  const execute = (worker: Worker): Promise<TaskReturn> =>
    executeTask(deps, { worker, task: tea, signal, queueRecord: async () => ({ complete: true }) });
  const task = async () => {
    const goal = await readGoal(ledger, goalId, TENANT, () => ({ self: '', events: '', dashboard: null }));
    return goal?.tasks.find(({ id }) => id === 'tea');
  };
  /** The process dies when it next does this; what it had journaled stays. */
  const dyingAt = (command: 'recordToolCall' | 'recordCall') => {
    const commands = redis as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
    const original = commands[command];
    commands[command] = () => {
      if (original) commands[command] = original;
      return Promise.reject(new Error('Connection is closed.'));
    };
  };
  return { ledger, tea, llm, execute, task, dyingAt };
}

describe('a model that uses tools', () => {
  it('is told what each gave, and gives its result when it has what it needs', async () => {
    const { tool, calls } = counting('geocode', true);
    const { llm, execute, task } = await open(uses(['geocode', { place: 'Lisbon' }]), {
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
    const { llm, execute } = await open(uses(['geocode', { place: 'a' }], ['geocode', { place: 'b' }]), {});
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
    const { llm, execute, task } = await open(
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
    const { llm, execute } = await open(uses(['short', {}], ['long', {}], ['long', {}], ['long', {}]), {});
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
    const { llm, execute, task } = await open(...again);
    expect(await execute(asking([tool]))).toMatchObject({ status: 'failed' });
    expect(llm.requests).toHaveLength(MOST_TURNS);
    expect(calls).toHaveLength(MOST_TURNS);
    expect(JSON.stringify(llm.requests.at(-1)?.messages.at(-1))).toContain('No more calls can be made.');
    expect((await task())?.errors).toEqual([expect.stringContaining(`within ${MOST_TURNS} turns`)]);
  });

  it('without any is asked as ever', async () => {
    const { llm, execute } = await open({ text: 'plain' });
    await execute(asking([]));
    expect(llm.requests[0]).not.toHaveProperty('tools');
    expect(llm.requests[0]?.system).toBe('s');
  });

  it("may be given the endpoint's own, whose sources are kept", async () => {
    const sources = [{ url: 'https://a.example', title: 'A' }];
    const { llm, execute, task } = await open({ text: 'found', sources: [...sources, ...sources] });
    await execute(asking(['web_search']));
    expect(llm.requests[0]?.tools).toEqual([{ kind: 'web_search', maxUses: 5 }]);
    expect(await task()).toMatchObject({ metadata: { sources } });
  });

  it('gives an object too, and may use its tools again to repair it', async () => {
    const { tool, calls } = counting('geocode', true);
    const looking = uses(['geocode', { place: 'a' }]);
    const { execute, task } = await open(looking, { text: '{}' }, looking, { text: '{"ok":true}' });
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

describe('a task that begins again', () => {
  it('pays for no turn twice and runs no tool twice of which it has the result', async () => {
    const { tool, calls } = counting('pay', false);
    const { llm, execute, task } = await open(
      uses(['pay', { place: 'a' }]),
      () => Promise.reject(new Error('Connection is closed.')),
      { text: 'paid' },
    );
    await expect(execute(asking([tool]))).rejects.toThrow('Connection is closed');
    expect(await execute(asking([tool]))).toMatchObject({ status: 'succeeded' });
    expect(calls).toEqual(['a']);
    // The second turn was lost on its way; the first was not asked for again.
    expect(llm.requests).toHaveLength(3);
    expect(told(llm.requests[2])).toEqual([{ content: '{"place":"a"}' }]);
    expect(await task()).toMatchObject({ output: 'paid', attempts: 2 });
  });

  it('makes a call of an idempotent tool again whose result was lost, with the same key', async () => {
    const { tool, calls, keys } = counting('look', true);
    const { execute, dyingAt, llm } = await open(uses(['look', { place: 'a' }]), {});
    dyingAt('recordToolCall');
    await expect(execute(asking([tool]))).rejects.toThrow("The journal can't be reached");
    await execute(asking([tool]));
    expect(calls).toEqual(['a', 'a']);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(told(llm.requests[1])).toEqual([{ content: '{"place":"a"}' }]);
  });

  it('does not make one again that is not, and tells the model that its outcome is unknown; ever the same', async () => {
    const { tool, calls } = counting('pay', false);
    const { execute, dyingAt, llm } = await open(
      uses(['pay', { place: 'a' }]),
      () => Promise.reject(new Error('Connection is closed.')),
      {},
    );
    dyingAt('recordToolCall');
    await expect(execute(asking([tool]))).rejects.toThrow("The journal can't be reached");
    await expect(execute(asking([tool]))).rejects.toThrow('Connection is closed');
    await execute(asking([tool]));
    expect(calls).toEqual(['a']);
    const unknown = [
      { content: expect.stringContaining('outcome of this call is not known'), is_error: true },
    ];
    expect(told(llm.requests[1])).toEqual(unknown);
    expect(told(llm.requests[2])).toEqual(unknown);
  });

  it('runs no tool for a goal that has ended or a task that was taken over', async () => {
    const { tool, calls } = counting('pay', false);
    const { execute, ledger, tea } = await open();
    const overtaken = defineWorker({
      ...about,
      tools: [tool],
      run: async (_task, { tools }) => {
        await leaseOf(ledger, tea);
        return (await tools.call('pay', { place: 'b' })).text;
      },
    });
    await expect(execute(overtaken)).rejects.toMatchObject({ cause: 'lock_lost' });
    expect(calls).toEqual([]);
  });
});

describe("a worker's own code", () => {
  it('lists and calls its tools, and gets the results that it had', async () => {
    const { tool, calls } = counting('pay', false);
    const { execute, task, dyingAt } = await open({ text: 'x' }, { text: 'x' });
    const worker = defineWorker({
      ...about,
      tools: [tool],
      async run(_task, { tools, model }) {
        const [info] = await tools.list();
        const { data, text } = await tools.call('pay', { place: 'a' });
        await model.text({ system: 's', prompt: 'p' });
        return `${info?.name} ${JSON.stringify(data)} ${text}`;
      },
    });
    dyingAt('recordCall');
    await expect(execute(worker)).rejects.toThrow("The journal can't be reached");
    await execute(worker);
    expect(calls).toEqual(['a']);
    expect((await task())?.output).toBe('pay {"place":"a"} {"place":"a"}');
  });

  it('sees what failed as an error, and may go on', async () => {
    const { tool } = counting('pay', false);
    const { execute, task } = await open();
    const worker = defineWorker({
      ...about,
      tools: [tool],
      async run(_task, { tools }) {
        return tools.call('pay', {}).then(
          () => 'paid',
          (error: Error) => error.message,
        );
      },
    });
    await execute(worker);
    expect((await task())?.output).toMatch(/^pay: The input does not fit the tool's schema: place: /);
  });

  it('fails its task, in words, for a tool that it does not have', async () => {
    const { execute, task } = await open();
    const worker = defineWorker({
      ...about,
      run: async (_task, { tools }) => (await tools.call('pay', {})).text,
    });
    await execute(worker);
    expect((await task())?.errors).toEqual(['The worker type researcher has no tool "pay". It has: none.']);
  });
});
