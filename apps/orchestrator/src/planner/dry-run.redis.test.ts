import { describe, expect, it } from 'vitest';
import { planRequestSchema, type PlanRequest } from '@baton/shared/contract/planning';
import { plainPurpose } from '@baton/shared/model/call-purpose';
import { ModelError, type LlmCallOptions, type LlmRequest, type LlmResponse } from '@baton/shared/model/llm';
import { openModelAccess, type ModelSettings } from '@baton/shared/model/model-access';
import { createMetrics } from '@baton/shared/telemetry/metrics';
import type { Recipe } from '@baton/plan/recipes';
import { openTestLedger } from '../../../../packages/shared/src/ledger/testing/test-ledger.ts';
import {
  plainResponse,
  scriptedLlm,
  type ScriptLine,
} from '../../../../packages/shared/src/model/testing/scripted-llm.ts';
import { askPlanner } from './ask-planner.ts';
import { dryRunner, type DryRunDeps } from './dry-run.ts';
import { readUsage } from '@baton/shared/ledger/usage-report';
import { passingJournal } from './passing-journal.ts';
import { planningInput } from './planning-input.ts';

const settings = {
  STRUCTURED_OUTPUT: 'native',
  MODEL_STRONG: 'claude-opus-5-5',
  MODEL_CONTEXT_TOKENS: 200_000,
} as ModelSettings;
const never = new AbortController().signal;

function task(id: string, dependencies: string[] = []) {
  const rest = { requirements: [], priority: 'medium', complexity: 'low' } as const;
  return { id, worker: 'researcher', description: `Do ${id}.`, dependencies, ...rest };
}

function reply(fields: object): Partial<LlmResponse> {
  const base = { mode: 'plan', analysis: 'Two steps.', answer: null, tasks: [task('a'), task('b', ['a'])] };
  return { text: JSON.stringify({ ...base, ...fields }), simulated: true };
}

const lawful = reply({});
const unlawful = reply({ tasks: [task('a', ['a'])] });

function failure(type: string, retryAfterMs: number | null): ModelError {
  return new ModelError(`It said ${type}`, { failure: { kind: 'retryable', retryAfterMs }, type });
}

const recipe: Recipe = {
  name: 'report',
  title: 'Report',
  description: 'A report.',
  workerTypes: ['researcher', 'writer'],
  planHints: ['Sections side by side.'],
  synthesisHints: [],
  exampleGoal: 'Report on tea.',
};

function request(fields: object = {}): PlanRequest {
  return planRequestSchema.parse({ goal: 'Compare tea and coffee', ...fields });
}

function open(lines: readonly ScriptLine[], limits: Partial<DryRunDeps> = {}) {
  const { ledger, keys } = openTestLedger();
  const llm = scriptedLlm(...lines);
  const metrics = createMetrics();
  const models = openModelAccess(llm, settings, metrics);
  const recipes = new Map([[recipe.name, recipe]]);
  const dryRun = dryRunner({
    ledger,
    recipes,
    models,
    reviewRounds: 0,
    most: 2,
    stopping: never,
    ...limits,
  });
  return { ledger, keys, llm, metrics, models, recipes, dryRun };
}

/** A model that answers nothing before its signal is aborted. */
function hanging() {
  let asked: (options: LlmCallOptions) => void = () => undefined;
  const call = new Promise<LlmCallOptions>((resolve) => (asked = resolve));
  const line = (_request: LlmRequest, options: LlmCallOptions): Promise<LlmResponse> => {
    asked(options);
    return new Promise((_resolve, reject) => {
      const cancelled = new ModelError('cancelled', { failure: { kind: 'cancelled' }, type: 'cancelled' });
      options.signal.addEventListener('abort', () => reject(cancelled));
    });
  };
  return { line, call };
}

describe('a dry run', () => {
  it('makes a plan, tells what it used, and leaves nothing else in Redis', async () => {
    const { dryRun, keys, metrics } = open([lawful]);
    expect(await dryRun(request(), never)).toEqual({
      kind: 'made',
      dryRun: {
        mode: 'plan',
        analysis: 'Two steps.',
        tasks: [task('a'), task('b', ['a'])],
        answer: null,
        simulated: true,
        usage: expect.objectContaining({
          calls: 1,
          inputTokens: 10,
          outputTokens: 5,
          possiblyRepeatedCalls: 0,
        }),
        forecast: expect.objectContaining({
          tasks: [expect.objectContaining({ taskId: 'a' }), expect.objectContaining({ taskId: 'b' })],
          budget: null,
        }),
      },
    });
    expect((await keys()).map((key) => key.split(':')[1])).toEqual(['usage']);
    expect((await metrics.modelCalls.get()).values).toMatchObject([{ value: 1 }]);
  });

  it('forecasts the plan as it would run: with the budget that is given, and the reviews that the server asks for', async () => {
    const { dryRun } = open([lawful, lawful], { reviewRounds: 1 });
    const forecastOf = async (options: object) => {
      const result = await dryRun(request({ options }), never);
      return result.kind === 'made' ? result.dryRun.forecast : null;
    };
    const judged = await forecastOf({ budget: { maxTokens: 1 } });
    const unjudged = await forecastOf({ reviewRounds: 0 });
    expect(judged?.tokens).toBeGreaterThan(2 * (unjudged?.tokens ?? Number.NaN));
    expect([judged?.budget?.leftOut, unjudged?.budget]).toEqual([['b'], null]);
  });

  it('asks in the very words in which a goal is planned', async () => {
    const { dryRun, llm, ledger, models, recipes } = open([lawful, lawful]);
    const asked = request({
      context: { budget: 7 },
      recipe: 'report',
      options: { maxTasks: 3, decomposition: 'constrained' },
    });
    await dryRun(asked, never);
    const goal = { goal: asked.goal, context: '{"budget":7}', recipe: 'report', options: asked.options };
    const input = await planningInput({ ledger, recipes }, goal);
    await askPlanner(models, models.callerFor(passingJournal(never), plainPurpose), input, never);
    expect(llm.requests).toHaveLength(2);
    expect(llm.requests[0]).toEqual(llm.requests[1]);
    expect(input.workerTypes.map(({ type }) => type)).toEqual(['researcher', 'writer']);
  });

  it('has what breaks laws repaired, and counts every call', async () => {
    const { dryRun, llm } = open([unlawful, lawful]);
    expect(await dryRun(request(), never)).toMatchObject({
      kind: 'made',
      dryRun: { mode: 'plan', usage: { calls: 2, inputTokens: 20 } },
    });
    expect(JSON.stringify(llm.requests[1])).toContain('is the task itself');
  });

  it('names the laws that are still broken after the last repair', async () => {
    const { dryRun } = open([unlawful, unlawful, unlawful]);
    expect(await dryRun(request(), never)).toMatchObject({
      kind: 'failed',
      error: { type: 'plan_invalid', violations: [{ path: 'tasks[0].dependencies[0]', taskId: 'a' }] },
    });
  });

  it('gives the answer where the goal needs no plan', async () => {
    const { dryRun } = open([reply({ mode: 'direct', answer: '42', tasks: [] })]);
    expect(await dryRun(request(), never)).toMatchObject({
      kind: 'made',
      dryRun: { mode: 'direct', tasks: [], answer: '42', forecast: null },
    });
  });

  it('tells of a refusal, and of a failure that no retry mends', async () => {
    const bad = new ModelError('The key is wrong', {
      failure: { kind: 'terminal' },
      type: 'authentication_error',
    });
    const { dryRun } = open([{ text: '', stopReason: 'refusal' }, bad]);
    expect(await dryRun(request(), never)).toMatchObject({
      kind: 'failed',
      error: { type: 'model_refusal' },
    });
    expect(await dryRun(request(), never)).toMatchObject({
      kind: 'failed',
      error: { type: 'model_error', message: expect.stringContaining('The key is wrong') },
    });
  });

  it('counts an answer that was lost before the call was made again', async () => {
    const cut: ScriptLine = (_request, { onLost }) => {
      onLost?.();
      return Promise.reject(failure('connection_error', null));
    };
    const { dryRun } = open([cut, lawful]);
    expect(await dryRun(request(), never)).toMatchObject({
      kind: 'made',
      dryRun: { usage: { calls: 1, possiblyRepeatedCalls: 1 } },
    });
  });

  it('does not wait for a model that is overloaded for long', async () => {
    const { dryRun } = open([failure('rate_limit_error', 90_000)]);
    const result = await dryRun(request(), never);
    expect(result).toMatchObject({ kind: 'overloaded', reason: 'It said rate_limit_error' });
    expect(result).toHaveProperty(
      'retryAfterMs',
      expect.toSatisfy((ms: number) => ms >= 90_000),
    );
  });

  it('ends with its time: an overload is told as such, anything else as a failure', async () => {
    const { line, call } = hanging();
    const { dryRun } = open([failure('overloaded_error', 10_000), failure('api_error', 10_000), line], {
      timeMs: 50,
    });
    expect(await dryRun(request(), never)).toMatchObject({ kind: 'overloaded', retryAfterMs: 10_000 });
    expect(await dryRun(request(), never)).toMatchObject({
      kind: 'failed',
      error: { message: expect.stringContaining('It said api_error') },
    });
    expect(await dryRun(request(), never)).toMatchObject({
      kind: 'failed',
      error: { type: 'model_error', message: expect.stringContaining('within 0.05 s') },
    });
    expect((await call).signal.aborted).toBe(true);
  });

  it('ends the call on the wire when the client has gone, and makes room for another', async () => {
    const { line, call } = hanging();
    const { dryRun, llm } = open([line, lawful], { most: 1 });
    const client = new AbortController();
    const first = dryRun(request(), client.signal);
    const { signal } = await call;
    expect(await dryRun(request(), never)).toEqual({ kind: 'busy' });
    expect(llm.requests).toHaveLength(1);
    client.abort();
    await expect(first).rejects.toMatchObject({ failure: { kind: 'cancelled' } });
    expect(signal.aborted).toBe(true);
    expect(await dryRun(request(), never)).toMatchObject({ kind: 'made' });
  });

  it('ends the call on the wire when the process stops, and says so', async () => {
    const { line, call } = hanging();
    const stopping = new AbortController();
    const { dryRun, llm } = open([line], { stopping: stopping.signal });
    const result = dryRun(request(), never);
    const { signal } = await call;
    stopping.abort();
    expect(await result).toEqual({ kind: 'stopping' });
    expect(signal.aborted).toBe(true);
    expect(await dryRun(request(), never)).toEqual({ kind: 'stopping' });
    expect(llm.requests).toHaveLength(1);
  });

  it('asks no model for a client that has gone already, nor for a repair that nobody waits for', async () => {
    const client = new AbortController();
    const { dryRun, llm } = open([
      async () => {
        client.abort();
        return { ...plainResponse, ...unlawful };
      },
    ]);
    await expect(dryRun(request(), AbortSignal.abort())).rejects.toThrow('cancelled');
    expect(llm.requests).toHaveLength(0);
    await expect(dryRun(request(), client.signal)).rejects.toThrow('cancelled');
    expect(llm.requests).toHaveLength(1);
  });
});

it("a dry run is counted in its tenant's usage, and none is made once the tenant's day is spent", async () => {
  const today = new Date().toISOString().slice(0, 10);
  const { ledger } = openTestLedger({
    tenantBudget: () => ({ maxTokens: 15 }),
    usageRetention: 86_400_000,
  });
  const { dryRun, llm } = open([lawful], { ledger });
  expect(await dryRun(request(), never, 'acme')).toMatchObject({ kind: 'made' });
  const report = await readUsage(ledger, 'acme', { from: today, to: today, by: ['workerType'] }, today);
  expect(report).toMatchObject({
    items: [{ workerType: ':planner', calls: 1, inputTokens: 10, outputTokens: 5 }],
    today: { tokens: 15, maxTokens: 15 },
  });
  expect(await dryRun(request(), never, 'acme')).toMatchObject({ kind: 'exhausted' });
  expect(llm.requests).toHaveLength(1);
});
