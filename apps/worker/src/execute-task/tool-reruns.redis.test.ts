import { describe, expect, it } from 'vitest';
import { leaseOf } from '../../../../packages/shared/src/ledger/testing/test-ledger.ts';
import { defineWorker } from '../define-worker.ts';
import { about, asking, counting, openTask, told, uses } from './testing/tool-using-task.ts';

describe('a task that begins again', () => {
  it('pays for no turn twice and runs no tool twice of which it has the result', async () => {
    const { tool, calls } = counting('pay', false);
    const { llm, execute, task } = await openTask(
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

  it('offers the tools as it did, though their list has changed meanwhile', async () => {
    const { tool, calls } = counting('pay', false);
    const { llm, execute } = await openTask(
      uses(['pay', { place: 'a' }]),
      () => Promise.reject(new Error('Connection is closed.')),
      { text: 'paid' },
    );
    await expect(execute(asking([tool]))).rejects.toThrow('Connection is closed');
    const renamed = { ...tool, description: 'It is Tuesday.' };
    const added = counting('look', true).tool;
    expect(await execute(asking([renamed, added]))).toMatchObject({ status: 'succeeded' });
    expect(calls).toEqual(['a']);
    expect(llm.requests).toHaveLength(3);
    expect(llm.requests[2]).toEqual(llm.requests[1]);
  });

  it('makes a call of an idempotent tool again whose result was lost, with the same key', async () => {
    const { tool, calls, keys } = counting('look', true);
    const { execute, dyingAt, llm } = await openTask(uses(['look', { place: 'a' }]), {});
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
    const { execute, dyingAt, llm } = await openTask(
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
    const { execute, ledger, tea } = await openTask();
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
    const { execute, task, dyingAt } = await openTask({ text: 'x' }, { text: 'x' });
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

  it('gets the result of each call, whatever the order in which a later run makes them', async () => {
    const { tool, calls } = counting('pay', false);
    const { execute, task, dyingAt } = await openTask({ text: 'x' }, { text: 'x' });
    let order = ['a', 'b', 'a'];
    const worker = defineWorker({
      ...about,
      tools: [tool],
      async run(_task, { tools, model }) {
        const paid = await Promise.all(order.map(async (place) => (await tools.call('pay', { place })).text));
        await model.text({ system: 's', prompt: 'p' });
        return paid.join();
      },
    });
    dyingAt('recordCall');
    await expect(execute(worker)).rejects.toThrow("The journal can't be reached");
    order = ['b', 'a', 'a'];
    await execute(worker);
    expect(calls).toEqual(['a', 'b', 'a']);
    expect((await task())?.output).toBe('{"place":"b"},{"place":"a"},{"place":"a"}');
  });

  it('sees what failed as an error, and may go on', async () => {
    const { tool } = counting('pay', false);
    const { execute, task } = await openTask();
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
    const { execute, task } = await openTask();
    const worker = defineWorker({
      ...about,
      run: async (_task, { tools }) => (await tools.call('pay', {})).text,
    });
    await execute(worker);
    expect((await task())?.errors).toEqual(['The worker type researcher has no tool "pay". It has: none.']);
  });
});
