import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Complexity } from '@baton/plan/plan';
import type { ModelTier } from '@baton/plan/worker-type';
import type { Review } from '@baton/shared/contract/review';
import { createGoal } from '@baton/shared/ledger/goal-acceptance';
import { readEvents } from '@baton/shared/ledger/event-log';
import { recordPlan } from '@baton/shared/ledger/plan-record';
import { readGoal } from '@baton/shared/ledger/goal-view';
import { neverCached } from '@baton/shared/model/cache-worth';
import { noSamples, type CallSamples } from '@baton/shared/model/call-samples';
import { withJournal } from '@baton/shared/model/journaled-llm';
import { LaterError, ModelError, type LlmRequest } from '@baton/shared/model/llm';
import { defaultModelTiers } from '@baton/shared/model/model-tiers';
import { defaultPrices } from '@baton/shared/model/prices';
import { createLogger } from '@baton/shared/telemetry/logger';
import { createMetrics } from '@baton/shared/telemetry/metrics';
import {
  newGoal,
  openTestLedger,
  plan,
  TENANT,
} from '../../../../packages/shared/src/ledger/testing/test-ledger.ts';
import { scriptedLlm, type ScriptLine } from '../../../../packages/shared/src/model/testing/scripted-llm.ts';
import { defineTool, defineWorker, type Worker } from '../define-worker.ts';
import { toolBoxOf } from '../tools/tool-box.ts';
import { defaultToolSettings } from '../tools/tool-settings.ts';
import { promptWorker } from '../workers/prompt-worker.ts';
import { executeTask, type TaskReturn } from './execute-task.ts';

const about = { type: 'researcher', description: 'd', bestFor: 'b', notFor: 'n', tier: 'balanced' } as const;
const researcher = promptWorker({ ...about, system: 'You look things up.' });

function verdict(pass: boolean, ...feedback: string[]) {
  const scores = { accuracy: 0.5, completeness: 0.5, requirements: 0.5, consistency: 0.5 };
  return { text: JSON.stringify({ scores, pass, feedback }) };
}

/** A running goal with these options, whose task `tea` is high, medium or low in complexity, and a model that says these lines. */
async function open(
  options: object,
  lines: readonly ScriptLine[],
  {
    complexity = 'medium',
    contextTokens = 200_000,
    tierLimit,
  }: { complexity?: Complexity; contextTokens?: number; tierLimit?: ModelTier } = {},
) {
  const { ledger, redis } = openTestLedger();
  const goalId = 'goal_1';
  await createGoal(ledger, newGoal(goalId, { options }));
  const tasks = plan.tasks.map((task) => ({ ...task, complexity }));
  await recordPlan(
    ledger,
    goalId,
    1,
    null,
    { ...plan, tasks },
    {
      tierLimits: new Map(tierLimit ? tasks.map(({ id }) => [id, tierLimit]) : []),
      leftOut: new Map(),
      fence: null,
      told: null,
    },
  );
  const notes: string[] = [];
  const llm = scriptedLlm(...lines);
  const deps = {
    ledger,
    tools: toolBoxOf({ settings: defaultToolSettings, local: new Map(), servers: [] }),
    models: {
      tiers: defaultModelTiers,
      structuredOutput: 'prompt' as const,
      plansInXml: false,
      contextTokens,
      cachePays: neverCached,
      samples: {
        ...noSamples,
        note: (...[of, kind, model, { inputTokens, outputTokens }]: Parameters<CallSamples['note']>) =>
          void notes.push(`${of} ${kind} ${model} ${inputTokens} ${outputTokens}`),
      },
      costOf: () => null,
      callerFor: (journal: Parameters<typeof withJournal>[1]) => withJournal(llm, journal, defaultPrices),
    },
    metrics: createMetrics(),
    logger: createLogger('test', 'silent'),
  };
  const execute = (taskId = 'tea', worker: Worker = researcher): Promise<TaskReturn> =>
    executeTask(deps, {
      worker,
      task: { goalId, rev: 1, taskId },
      signal: new AbortController().signal,
      queueRecord: async () => ({ complete: true }),
    });
  const taskOf = async (id = 'tea') => {
    const goal = await readGoal(ledger, goalId, TENANT, () => ({ self: '', events: '', dashboard: null }));
    return goal?.tasks.find((each) => each.id === id);
  };
  const told = async () =>
    (await readEvents(ledger, goalId, '0'))
      .filter(({ event }) => event === 'task.reviewed')
      .map(({ data }) => data as unknown as Review & { taskId: string });
  return { ledger, redis, goalId, llm, execute, taskOf, told, notes };
}

function userTurn(request: LlmRequest | undefined): string {
  return request?.messages[0]?.text ?? '';
}

describe('a task that its goal’s budget holds to cheaper models', () => {
  it('asks none above them: neither for its revisions, nor where its worker names one, nor as judges', async () => {
    const insisting = defineWorker({
      ...about,
      run: async (_task, { model }) => (await model.text({ system: 's', prompt: 'p', tier: 'strong' })).text,
    });
    const rounds = 2;
    const lines = Array.from({ length: rounds + 1 }, () => [{ text: 'v' }, verdict(false, 'No.')]).flat();
    for (const worker of [researcher, insisting]) {
      const { execute, llm, taskOf } = await open({ reviewRounds: rounds }, lines, {
        complexity: 'high',
        tierLimit: 'fast',
      });
      await execute('tea', worker);
      expect(new Set(llm.requests.map(({ model }) => model))).toEqual(new Set([defaultModelTiers.fast]));
      expect(await taskOf()).toMatchObject({ metadata: { tiers: ['fast'] } });
    }
  });

  it('keeps its own tier where that is cheaper still', async () => {
    const { execute, llm } = await open({}, [{ text: 'v' }], { complexity: 'low', tierLimit: 'balanced' });
    await execute();
    expect(llm.requests[0]?.model).toBe(defaultModelTiers.fast);
  });
});

describe('a task that uses tools', () => {
  it('is told when it is revised what it has done that would be done twice', async () => {
    const order = defineTool({
      name: 'order',
      description: 'd',
      input: z.object({}),
      idempotent: false,
      run: () => 'Order 7.',
    });
    const asks: ScriptLine = {
      stopReason: 'tool_use',
      blocks: [{ type: 'tool_use', id: 't', name: 'order', input: {} }],
    };
    const buyer = defineWorker({
      ...about,
      tools: [order],
      run: async (_task, { model, prompt }) => (await model.text({ ...prompt('s'), tools: true })).text,
    });
    const lines = [asks, { text: 'v1' }, verdict(false, 'More.'), { text: 'v2' }, verdict(true)];
    const { execute, llm } = await open({ reviewRounds: 1, judges: 1 }, lines);
    await execute('tea', buyer);
    expect(userTurn(llm.requests[0])).not.toContain('<calls_made>');
    expect(userTurn(llm.requests[3])).toMatch(
      /<call tool="order">\n<input>{}<\/input>\n<result>Order 7\.<\/result>/,
    );
  });
});

describe('what a task took', () => {
  it('is noted with its reviews, by its worker type and the model of its tier', async () => {
    const { execute, notes } = await open({ reviewRounds: 1, judges: 1 }, [{ text: 'v' }, verdict(true)]);
    await execute();
    expect(notes).toEqual([`tasks researcher+1x1 ${defaultModelTiers.balanced} 20 10`]);
  });

  it('is not noted of one that failed, or that has its answers from the journal', async () => {
    const failing = defineWorker({
      ...about,
      async run(_task, { model }) {
        await model.text({ system: 's', prompt: 'p' });
        throw new Error('No.');
      },
    });
    const failed = await open({}, [{ text: 'v' }]);
    await failed.execute('tea', failing);
    expect(failed.notes).toEqual([]);
    let runs = 0;
    const brokenOff = defineWorker({
      ...about,
      async run(_task, { model }) {
        const { text } = await model.text({ system: 's', prompt: 'p' });
        runs += 1;
        if (runs === 1) throw new LaterError('Later.', 1);
        return text;
      },
    });
    const again = await open({}, [{ text: 'v' }]);
    await expect(again.execute('tea', brokenOff)).rejects.toThrow();
    expect(await again.execute('tea', brokenOff)).toMatchObject({ status: 'succeeded' });
    expect(again.notes).toEqual([]);
  });
});

describe('a task whose result is judged', () => {
  it('is revised with the feedback, and keeps what every judge said', async () => {
    const lines = [
      { text: 'leaves' },
      verdict(false, 'Name the <year>.'),
      { text: 'leaves, 1610' },
      verdict(true),
    ];
    const { execute, llm, taskOf, told } = await open({ reviewRounds: 2 }, lines);
    expect(await execute()).toEqual({ taskId: 'tea', status: 'succeeded' });
    const task = await taskOf();
    expect(task).toMatchObject({
      output: 'leaves, 1610',
      errors: [],
      usage: { calls: 4 },
      reviews: [
        { round: 1, verdict: 'fail', feedback: ['Name the <year>.'] },
        { round: 2, verdict: 'pass', scores: { accuracy: 0.5 } },
      ],
      metadata: { promptVersion: 'task-3', tiers: ['balanced'], revisions: 1 },
    });
    expect((await told()).map(({ taskId, round }) => `${taskId} ${round}`)).toEqual(['tea 1', 'tea 2']);
    const [, judge, revision, judgeAgain] = llm.requests;
    expect(judge?.system).toMatch(/^You are the judge of Baton,/);
    expect(userTurn(judge)).toContain('<result>leaves</result>');
    expect(userTurn(revision)).toContain('<previous_result>leaves</previous_result>');
    expect(userTurn(revision)).toContain('<point>Name the &lt;year&gt;.</point>');
    expect(userTurn(judgeAgain)).toContain('<previous_feedback>\n<point>Name the &lt;year&gt;.</point>');
  });

  it('is asked anew in a revision, even with the very same words', async () => {
    const stubborn = defineWorker({
      ...about,
      run: async (_task, { model }) => (await model.text({ system: 's', prompt: 'p' })).text,
    });
    const lines = [{ text: 'first' }, verdict(false, 'No.'), { text: 'second' }, verdict(true)];
    const { execute, taskOf } = await open({ reviewRounds: 1 }, lines);
    await execute('tea', stubborn);
    expect(await taskOf()).toMatchObject({ status: 'succeeded', output: 'second' });
  });

  it('costs R revisions and R + 1 reviews when nothing ever passes, each from the second on a tier up', async () => {
    const rounds = 3;
    const lines = Array.from({ length: rounds + 1 }, (_, version) => [
      { text: `v${version}` },
      verdict(false, `Not ${version}.`),
    ]).flat();
    const { execute, llm, taskOf, told } = await open({ reviewRounds: rounds }, lines, { complexity: 'low' });
    expect(await execute()).toEqual({ taskId: 'tea', status: 'partial' });
    expect(llm.requests).toHaveLength(2 * (rounds + 1));
    const { fast, balanced, strong } = defaultModelTiers;
    expect(llm.requests.filter((_, index) => index % 2 === 0).map(({ model }) => model)).toEqual([
      fast,
      fast,
      balanced,
      strong,
    ]);
    expect(await taskOf()).toMatchObject({
      status: 'partial',
      output: 'v3',
      errors: [expect.stringContaining('Not 3.')],
      metadata: { tiers: ['fast', 'balanced', 'strong'], revisions: rounds },
    });
    expect(await told()).toHaveLength(rounds + 1);
  });

  it('pays for nothing twice, and tells nothing twice, when its run dies after the first review', async () => {
    let asked!: () => void;
    const isAsked = new Promise<void>((resolve) => (asked = resolve));
    const dying: ScriptLine = () => {
      asked();
      return new Promise(() => undefined);
    };
    const { execute, llm, taskOf, told } = await open({ reviewRounds: 1 }, [
      { text: 'leaves' },
      verdict(false, 'Name the year.'),
      dying,
      { text: 'leaves, 1610' },
      verdict(true),
    ]);
    void execute();
    await isAsked;
    expect(await execute()).toEqual({ taskId: 'tea', status: 'succeeded' });
    expect(llm.requests).toHaveLength(5);
    expect(llm.requests[3]).toEqual(llm.requests[2]);
    expect(await taskOf()).toMatchObject({ attempts: 2, output: 'leaves, 1610', usage: { calls: 4 } });
    expect((await told()).map(({ round }) => round)).toEqual([1, 2]);
  });

  it('passes when two of three judges let it pass', async () => {
    const lines = [{ text: 'leaves' }, verdict(true), verdict(false, 'No.'), verdict(true)];
    const { execute, llm, taskOf } = await open({ reviewRounds: 2, judges: 3 }, lines);
    await execute();
    expect(await taskOf()).toMatchObject({
      status: 'succeeded',
      reviews: [{ verdict: 'pass', judges: 3, passes: 2 }],
    });
    expect(userTurn(llm.requests[3])).toContain('<judge number="3" of="3" />');
  });

  it('is not judged when it failed, nor unless it is asked for', async () => {
    const { execute, taskOf, llm } = await open({ reviewRounds: 2 }, [{ text: '', stopReason: 'refusal' }]);
    expect(await execute()).toEqual({ taskId: 'tea', status: 'failed' });
    expect(await taskOf()).toMatchObject({ reviews: [] });
    expect(llm.requests).toHaveLength(1);
    const unasked = await open({}, [{ text: 'leaves' }]);
    await unasked.execute();
    expect(unasked.llm.requests).toHaveLength(1);
  });

  it('keeps what it has when its time is up during the review', async () => {
    const hanging: ScriptLine = () => new Promise(() => undefined);
    const { execute, taskOf } = await open({ reviewRounds: 1 }, [{ text: 'leaves' }, abortable(hanging)]);
    const hasty = { ...researcher, timeout: 200 };
    expect(await execute('tea', hasty)).toEqual({ taskId: 'tea', status: 'partial' });
    expect(await taskOf()).toMatchObject({ output: 'leaves', errors: [expect.stringContaining('0.2 s')] });
  });
});

/** As a model does that is called off. */
function abortable(line: ScriptLine): ScriptLine {
  return (request, options) =>
    Promise.race([
      (line as (...args: unknown[]) => Promise<never>)(request, options),
      new Promise<never>((_, reject) => {
        options.signal.addEventListener('abort', () =>
          reject(new ModelError('called off', { failure: { kind: 'cancelled' }, type: 'cancelled' })),
        );
      }),
    ]);
}

describe('what a task is told', () => {
  it('are the results of its dependencies and no others, cut by priority to fit the window', async () => {
    const long = 'x'.repeat(60_000);
    const { execute, llm, taskOf, goalId, ledger, redis } = await open(
      {},
      [{ text: `tea ${long}` }, { text: 'coffee short' }, { text: 'advice' }],
      { contextTokens: 12_000 },
    );
    const inputs = [{ taskId: 'sections', status: 'succeeded', output: 'handed down' }];
    await redis.hset(ledger.goal(goalId).goal, { inputs: JSON.stringify(inputs) });
    await redis.hset(ledger.goal(goalId).goal, {
      taskPrompts: JSON.stringify({ researcher: 'Name sources.' }),
    });
    await execute('tea');
    await execute('coffee');
    expect(await execute('advice')).toEqual({ taskId: 'advice', status: 'succeeded' });
    const [tea, coffee, advice] = llm.requests;
    for (const request of [tea, coffee]) {
      expect(userTurn(request).match(/<dependency [^>]*>/g)).toEqual([
        '<dependency task="sections" status="succeeded">',
      ]);
    }
    expect(userTurn(advice)).toMatch(
      /<dependency task="tea" status="succeeded" kept="\d+" of="60004">tea x+\n\[… /,
    );
    expect(userTurn(advice)).toContain(
      '<dependency task="coffee" status="succeeded">coffee short</dependency>',
    );
    expect(userTurn(advice).length).toBeLessThan(9_000 * 3);
    expect(advice?.system.endsWith('# Goals of this kind\nName sources.')).toBe(true);
    const trimmed = [{ part: 'dependency', taskId: 'tea', kept: expect.any(Number) as number, of: 60_004 }];
    expect((await taskOf('advice'))?.metadata).toEqual({
      promptVersion: 'task-3',
      tiers: ['balanced'],
      trimmed,
    });
    expect((await taskOf('tea'))?.metadata).toEqual({ promptVersion: 'task-3', tiers: ['balanced'] });
  });

  it('comes to code with its limits: the goal’s time where that is less than the worker type’s', async () => {
    const seen: unknown[] = [];
    const code = defineWorker({
      ...about,
      run: ({ constraints, context }, { revision }) => {
        seen.push({ ...constraints, goal: context.goal, revision });
        return 'done';
      },
    });
    const { execute } = await open({ taskTimeout: '90s' }, []);
    await execute('tea', code);
    await execute('coffee', { ...code, timeout: 5_000 });
    const limits = {
      maxOutputTokens: 16_000,
      contextTokens: 200_000,
      goal: 'Compare tea and coffee',
      revision: null,
    };
    expect(seen).toEqual([
      { seconds: 90, ...limits },
      { seconds: 5, ...limits },
    ]);
  });
});
