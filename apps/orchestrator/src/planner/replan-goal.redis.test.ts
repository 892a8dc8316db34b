import { describe, expect, it, vi } from 'vitest';
import { skippedForBudget } from '@baton/shared/contract/budget-skip';
import { unworked, type OutcomeStatus } from '@baton/shared/contract/task-outcome';
import { endGoal } from '@baton/shared/ledger/goal-end';
import { createGoal } from '@baton/shared/ledger/goal-acceptance';
import { readEvents } from '@baton/shared/ledger/event-log';
import { advanceGoal, readGoalFacts } from '@baton/shared/ledger/goal-record';
import { recordPlan } from '@baton/shared/ledger/plan-record';
import { readTaskResults } from '@baton/shared/ledger/task-results';
import { MOST_DEATHS, REPLANNER } from '@baton/shared/ledger/lease';
import { outcomeText, recordOutcome } from '@baton/shared/ledger/task-record';
import { ModelError } from '@baton/shared/model/llm';
import { openModelAccess, type ModelSettings } from '@baton/shared/model/model-access';
import { RetryLaterError } from '@baton/shared/model/retrying-llm';
import type { FitPlan } from '../forecast/fit-plan.ts';
import { createLogger } from '@baton/shared/telemetry/logger';
import { createMetrics } from '@baton/shared/telemetry/metrics';
import {
  leaseOf,
  newGoal,
  openTestLedger,
  plan,
  RETENTION,
} from '../../../../packages/shared/src/ledger/testing/test-ledger.ts';
import { scriptedLlm, type ScriptLine } from '../../../../packages/shared/src/model/testing/scripted-llm.ts';
import { replannerFor } from './ask-replanner.ts';
import { replanner } from './replan-goal.ts';

const goalId = 'goal_1';
const job = { goalId, rev: 1 };
const never = new AbortController().signal;
const settings = {
  STRUCTURED_OUTPUT: 'native',
  MODEL_STRONG: 'claude-opus-5-5',
  MODEL_CONTEXT_TOKENS: 200_000,
} as ModelSettings;

const newTask = {
  id: 'coffee',
  worker: 'analyzer',
  description: 'Say what is commonly known of coffee.',
  requirements: [],
  dependencies: [],
  priority: 'medium',
  complexity: 'low',
};

function patch(fields: object = {}): { text: string } {
  return { text: JSON.stringify({ analysis: 'Another way.', drop: [], replace: [], add: [], ...fields }) };
}

const lawful = patch({ replace: [newTask] });
const unlawful = patch({ drop: ['tea'] });

/** Tea is there, coffee failed, and advice was skipped for it. */
async function open(
  lines: readonly ScriptLine[],
  options: object = { maxReplans: 1 },
  contextTokens = settings.MODEL_CONTEXT_TOKENS,
) {
  const { ledger, redis } = openTestLedger();
  await createGoal(ledger, newGoal(goalId, { options }));
  await recordPlan(ledger, goalId, 1, null, plan);
  const endTask = async (taskId: string, status: OutcomeStatus, dependents: string[] = []): Promise<void> => {
    const task = { goalId, rev: 1, taskId };
    const outcome = {
      ...unworked(status, `It ${status}.`),
      output: status === 'succeeded' ? 'Tea wakes.' : null,
    };
    await recordOutcome(ledger, task, await leaseOf(ledger, task), outcome, dependents);
  };
  await endTask('tea', 'succeeded', ['advice']);
  await endTask('coffee', 'failed', ['advice']);
  await endTask('advice', 'skipped');
  const llm = scriptedLlm(...lines);
  const models = openModelAccess(llm, { ...settings, MODEL_CONTEXT_TOKENS: contextTokens }, createMetrics());
  const runs = { begin: vi.fn(async () => undefined) };
  const logger = createLogger('test', 'silent');
  const fitPlan: FitPlan = async () => null;
  const askReplanner = replannerFor(ledger, models);
  const deps = { ledger, recipes: new Map(), askReplanner, runs, fitPlan, logger };
  const facts = async () => {
    const found = await readGoalFacts(ledger, goalId);
    if (!found?.plan) throw new Error('no plan');
    return { facts: found, results: await readTaskResults(ledger, goalId, found.plan) };
  };
  const run = async (replan = replanner(deps)): Promise<boolean> => {
    const { facts: known, results } = await facts();
    return replan(job, known, results, never);
  };
  return { ledger, redis, llm, runs, deps, facts, run };
}

describe('replanning', () => {
  it('goes on as another rev with what replaces the failed task, and what was skipped for it', async () => {
    const { ledger, redis, llm, runs, facts, run } = await open([lawful]);
    expect(await run()).toBe(true);
    expect((await facts()).facts).toMatchObject({ rev: 2, replans: 1, runTaskIds: ['coffee', 'advice'] });
    expect(runs.begin).toHaveBeenCalledExactlyOnceWith(goalId, 2);
    const [{ task, outcome } = { task: null, outcome: undefined }] = (await facts()).results.slice(1);
    expect([task?.worker, outcome]).toEqual(['analyzer', null]);
    expect(
      (await readEvents(ledger, goalId, '0')).find(({ event }) => event === 'goal.replanned')?.data,
    ).toMatchObject({
      analysis: 'Another way.',
      drop: [],
      replace: ['coffee'],
      add: [],
      taskIds: ['coffee', 'advice'],
      tasks: [
        { id: 'tea' },
        { id: 'coffee', worker: 'analyzer' },
        { id: 'advice', dependencies: ['tea', 'coffee'] },
      ],
    });
    const [request] = llm.requests;
    expect(request?.system).toMatch(/^You are the replanner of Baton,/);
    expect(request?.messages[0]?.text).toContain('Tea wakes.');
    expect(request?.messages[0]?.text).toContain('It failed.');
    expect(await redis.hget(ledger.goal(goalId).tasks, `open:${REPLANNER}`)).toBeNull();
  });

  it('is not asked for what a budget kept from running', async () => {
    const { ledger, redis, facts, deps } = await open([]);
    const noMoney = outcomeText(skippedForBudget('goal', 'No money.'));
    await redis.hset(ledger.goal(goalId).tasks, 'outcome:advice', noMoney);
    const { facts: known, results } = await facts();
    expect(await replanner(deps)(job, known, results, never)).toBe(false);
  });

  it('fits what runs anew to the budget, and what it leaves out has its outcome', async () => {
    const { facts, deps } = await open([lawful]);
    const fitPlan = vi.fn<FitPlan>(async () => ({
      tierLimits: new Map([['coffee', 'fast']]),
      leftOut: new Map([['advice', skippedForBudget('goal', 'No money.')]]),
      fence: null,
      told: null,
    }));
    const { facts: known, results } = await facts();
    expect(await replanner({ ...deps, fitPlan })(job, known, results, never)).toBe(true);
    expect(fitPlan.mock.calls[0]?.[2].map(({ id }) => id)).toEqual(['coffee', 'advice']);
    const after = await facts();
    expect(after.facts).toMatchObject({ rev: 2, runTaskIds: ['coffee'] });
    expect(after.results.map(({ task, outcome }) => [task.tierLimit, outcome?.status])).toEqual([
      [undefined, 'succeeded'],
      ['fast', undefined],
      [undefined, 'skipped'],
    ]);
  });

  it('has an unlawful change repaired, at most twice, and keeps the plan then', async () => {
    const mended = await open([unlawful, lawful]);
    expect(await mended.run()).toBe(true);
    const hopeless = await open([unlawful, { text: 'Sorry?' }, unlawful]);
    expect(await hopeless.run()).toBe(false);
    expect(hopeless.llm.requests).toHaveLength(3);
    expect((await hopeless.facts()).facts).toMatchObject({ status: 'running', rev: 1, replans: 0 });
  });

  it('shares a small window out between the results and the answer', async () => {
    const { llm, run } = await open([lawful], { maxReplans: 1 }, 16_000);
    expect(await run()).toBe(true);
    const [request] = llm.requests;
    expect(request?.maxTokens).toBe(4_000);
    expect(request?.messages[0]?.text).toContain('Tea wakes.');
  });

  it('keeps the plan when the model changes nothing, refuses, or fails for good', async () => {
    const failure = new ModelError('no', { failure: { kind: 'terminal' }, type: 'invalid_request_error' });
    for (const line of [patch(), { text: '', stopReason: 'refusal' } as const, failure]) {
      const { ledger, redis, run, runs } = await open([line]);
      expect(await run()).toBe(false);
      expect(runs.begin).not.toHaveBeenCalled();
      expect(await redis.hget(ledger.goal(goalId).tasks, `open:${REPLANNER}`)).toBeNull();
    }
  });

  it('asks nobody when it is not wanted, or was done as often as it may be', async () => {
    for (const options of [{}, { maxReplans: 0 }]) {
      const { run, llm } = await open([], options);
      expect(await run()).toBe(false);
      expect(llm.requests).toEqual([]);
    }
    const { ledger, redis, run, llm } = await open([]);
    await redis.hset(ledger.goal(goalId).goal, 'replans', 1);
    expect(await run()).toBe(false);
    await redis.hset(ledger.goal(goalId).goal, 'replans', 0, 'finishedEarly', 'Enough.');
    expect(await run()).toBe(false);
    expect(llm.requests).toEqual([]);
  });

  it('mends a plan that was given with more tasks than one that is asked for may have', async () => {
    const { run, llm, facts } = await open([lawful], { maxReplans: 1, maxTasks: 2 });
    expect(await run()).toBe(true);
    expect(llm.requests).toHaveLength(1);
    expect((await facts()).facts).toMatchObject({ rev: 2, replans: 1 });
  });

  it('is to be run again when the goal has moved on and its flow could not be added', async () => {
    const { run, runs, facts } = await open([lawful]);
    runs.begin.mockRejectedValueOnce(new Error('Redis is away'));
    await expect(run()).rejects.toMatchObject({ name: 'Unfinished' });
    expect((await facts()).facts).toMatchObject({ rev: 2, submittedRev: 0 });
  });

  it('goes on to the answer after the process died too often of it', async () => {
    const { ledger, redis, run, llm } = await open([]);
    await redis.hset(ledger.goal(goalId).tasks, `deaths:${REPLANNER}`, MOST_DEATHS);
    expect(await run()).toBe(false);
    expect(llm.requests).toEqual([]);
  });

  it('asks once when it is run again after the answer was journaled', async () => {
    const { deps, llm, run, facts } = await open([lawful]);
    const dying = replanner({
      ...deps,
      askReplanner: async (request, signal) => {
        await deps.askReplanner(request, signal);
        throw new Error('killed');
      },
    });
    await expect(run(dying)).rejects.toThrow('killed');
    expect(await run()).toBe(true);
    expect(llm.requests).toHaveLength(1);
    expect((await facts()).facts).toMatchObject({ rev: 2, replans: 1 });
  });

  it('lets one of two runs change the plan; the one that was overtaken changes nothing', async () => {
    const { deps, run, facts, runs } = await open([lawful]);
    const overtaken = replanner({
      ...deps,
      askReplanner: async (request, signal) => {
        const answer = await deps.askReplanner(request, signal);
        expect(await run()).toBe(true);
        return answer;
      },
    });
    expect(await run(overtaken)).toBe(true);
    expect((await facts()).facts).toMatchObject({ rev: 2, replans: 1 });
    expect(runs.begin).toHaveBeenCalledOnce();
  });

  it('is to be run again when another run has the lease and has not decided', async () => {
    const { ledger, redis, deps, run } = await open([lawful]);
    const overtaken = replanner({
      ...deps,
      askReplanner: async (request, signal) => {
        const answer = await deps.askReplanner(request, signal);
        await redis.hincrby(ledger.goal(goalId).tasks, `starts:${REPLANNER}`, 1);
        return answer;
      },
    });
    await expect(run(overtaken)).rejects.toThrow();
    expect((await readGoalFacts(ledger, goalId))?.rev).toBe(1);
  });

  it('changes nothing once the goal has ended, or its answer is being put together', async () => {
    const ended = await open([]);
    const known = await ended.facts();
    await endGoal(ended.ledger, goalId, { status: 'cancelled', rev: null, lease: null }, RETENTION);
    expect(await replanner(ended.deps)(job, known.facts, known.results, never)).toBe(false);
    const late = await open([]);
    const step = { from: ['running'], rev: 1, to: 'synthesizing', event: 'goal.synthesizing' } as const;
    await advanceGoal(late.ledger, goalId, { ...step, place: ':synthesis' });
    expect(await late.run()).toBe(false);
  });

  it('lets go of its lease when the model is to be asked later', async () => {
    const failure = { kind: 'retryable', retryAfterMs: 90_000 } as const;
    const later = new ModelError('busy', { failure, type: 'rate_limit_error' });
    const { ledger, redis, run } = await open([later]);
    await expect(run()).rejects.toBeInstanceOf(RetryLaterError);
    expect(await redis.hget(ledger.goal(goalId).tasks, `open:${REPLANNER}`)).toBeNull();
  });
});
