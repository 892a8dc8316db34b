import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { BudgetExceeded } from '@baton/shared/model/budget-exceeded';
import { ModelError } from '@baton/shared/model/llm';
import { RetryLaterError } from '@baton/shared/model/retrying-llm';
import { JobAborted } from '@baton/shared/queue/job-worker';
import { createLogger } from '@baton/shared/telemetry/logger';
import {
  defineWorker,
  failed,
  partial,
  success,
  type RunContext,
  type TaskInput,
  type Worker,
  type WorkerDefinition,
} from '../define-worker.ts';
import { runWorker } from './run-worker.ts';
import { startDeadline } from './task-deadline.ts';
import { JournalUnavailable } from './task-failure.ts';

const about = { type: 'tester', description: 'd', bestFor: 'b', notFor: 'n' };
const task: TaskInput = {
  id: 't',
  worker: 'tester',
  description: 'Do it',
  requirements: [],
  dependencies: [],
  priority: 'medium' as const,
  complexity: 'medium' as const,
  context: { goal: 'g', background: null, dependencies: [], item: null, revision: null },
  constraints: { seconds: 60, maxOutputTokens: 16_000, contextTokens: 200_000 },
};
const model = {
  text: () => Promise.reject(new Error('no model here')),
  object: () => Promise.reject(new Error('none')),
};

function worker(run: WorkerDefinition['run'], timeout = 60_000): Worker {
  return defineWorker({ ...about, timeout, run });
}

function runTask(subject: Worker, signal: AbortSignal = new AbortController().signal) {
  const deadline = startDeadline(subject.timeout);
  const context: RunContext = {
    dependencies: [],
    revision: null,
    model,
    tools: { list: async () => [], call: () => Promise.reject(new Error('no tools here')) },
    prompt: (system) => ({ system, prompt: 'p' }),
    signal: AbortSignal.any([signal, deadline.signal]),
    goal: {
      goal: 'g',
      context: null,
    },
    progress: () => undefined,
    log: createLogger('test', 'silent'),
  };
  return runWorker(subject, task, context, signal, deadline).finally(() => deadline.clear());
}

const limited = new ModelError('slow down', {
  failure: { kind: 'retryable', retryAfterMs: 60_000 },
  type: 'rate_limit_error',
});

describe('running a worker', () => {
  it('keeps text as it is', async () => {
    expect(await runTask(worker(() => 'hello'))).toMatchObject({
      status: 'succeeded',
      output: 'hello',
      errors: [],
    });
  });

  it('keeps a value that fits the schema as JSON, and fails one that does not, naming the field', async () => {
    const output = z.object({ latitude: z.number() });
    const at = (latitude: unknown): Worker =>
      defineWorker({ ...about, output, run: () => ({ latitude }) as { latitude: number } });
    expect(await runTask(at(38.7))).toMatchObject({ status: 'succeeded', output: '{"latitude":38.7}' });
    const wrong = await runTask(at('north'));
    expect(wrong.status).toBe('failed');
    expect(wrong.errors[0]).toContain('latitude');
  });

  it('takes a partial or failed result at its word', async () => {
    expect(await runTask(worker(() => partial('half', 'ran out')))).toMatchObject({
      status: 'partial',
      output: 'half',
      errors: ['ran out'],
    });
    expect(await runTask(worker(() => failed('no data')))).toMatchObject({
      status: 'failed',
      output: null,
      errors: ['no data'],
    });
  });

  it('takes a whole result, of text or of what fits the schema, with its metadata', async () => {
    expect(await runTask(worker(() => success('hello', { pages: 2 })))).toEqual({
      status: 'succeeded',
      output: 'hello',
      errors: [],
      metadata: { pages: 2 },
    });
    const output = z.object({ status: z.string(), output: z.string() });
    const whole = defineWorker({
      ...about,
      output,
      run: () => ({
        status: 'partial' as const,
        output: { status: 'failed', output: 'x' },
        errors: ['e'],
        metadata: {},
      }),
    });
    expect(await runTask(whole)).toMatchObject({
      status: 'partial',
      output: '{"status":"failed","output":"x"}',
    });
    const alone = defineWorker({ ...about, output, run: () => ({ status: 'failed', output: 'x' }) });
    expect(await runTask(alone)).toMatchObject({
      status: 'succeeded',
      output: '{"status":"failed","output":"x"}',
    });
  });

  it.each([
    ['what is no JSON', { n: 1n }, 'JSON'],
    ['more than is kept', { text: 'x'.repeat(40_000) }, 'at most 32768'],
  ])('fails on metadata that hold %s', async (_name, metadata, reason) => {
    const ending = await runTask(worker(() => success('hello', metadata)));
    expect(ending).toMatchObject({ status: 'failed', output: null });
    expect(ending.errors[0]).toContain(reason);
  });

  it.each([
    ['an empty text', (): unknown => '  ', 'empty'],
    ['no text', (): unknown => ({ a: 1 }), 'must return text'],
    [
      'an error',
      (): unknown => {
        throw new Error('kaput');
      },
      'kaput',
    ],
    [
      'something that is no error',
      (): unknown => {
        throw 'tantrum'; // oxlint-disable-line typescript/only-throw-error -- what a user's code may do
      },
      'tantrum',
    ],
    [
      'a model error',
      (): unknown => {
        throw new ModelError('bad key', { failure: { kind: 'terminal' }, type: 'authentication_error' });
      },
      'bad key',
    ],
  ])('fails on %s, with the reason', async (_name, result, reason) => {
    const outcome = await runTask(worker(result as WorkerDefinition['run']));
    expect(outcome.status).toBe('failed');
    expect(outcome.errors.join()).toContain(reason);
  });

  it('fails what takes longer than its type may, whether or not it listens', async () => {
    const outcome = await runTask(worker(() => new Promise<string>(() => undefined), 20));
    expect(outcome).toMatchObject({ status: 'failed', output: null });
    expect(outcome.errors[0]).toContain('0.02 s');
  });

  it('hands on what only breaks the run off', async () => {
    await expect(runTask(worker(() => Promise.reject(new RetryLaterError(60_000, limited))))).rejects.toThrow(
      RetryLaterError,
    );
    const journal = new JournalUnavailable(new Error('Connection is closed.'));
    await expect(runTask(worker(() => Promise.reject(journal)))).rejects.toThrow('Connection is closed');
    const leaving = new AbortController();
    const running = runTask(
      worker(() => new Promise<string>(() => undefined)),
      leaving.signal,
    );
    leaving.abort(new JobAborted('shutdown'));
    await expect(running).rejects.toThrow(JobAborted);
  });
});

describe('what a worker type may take', () => {
  it.each([
    { timeout: Infinity },
    { timeout: 30 * 86_400_000 },
    { timeout: 0 },
    { concurrency: 0 },
    { concurrency: 1.5 },
  ])('is refused where no timer or queue would keep to it: %o', (limits) => {
    expect(() => defineWorker({ ...about, ...limits, run: () => 'x' })).toThrow(Object.keys(limits)[0]);
  });
});

it('a result that fits its schema and is nothing is a failure, not an outcome without an output', async () => {
  const nothing = defineWorker({ ...about, output: z.any(), run: () => undefined });
  expect(await runTask(nothing)).toMatchObject({
    status: 'failed',
    output: null,
    errors: [expect.stringContaining('JSON')],
  });
});

it('a run that a budget has no room for is skipped, with the reason', async () => {
  const subject = worker(() => Promise.reject(new BudgetExceeded('task', "The task's budget is exhausted.")));
  expect(await runTask(subject)).toEqual({
    status: 'skipped',
    output: null,
    errors: ["The task's budget is exhausted."],
    metadata: { budget: 'task' },
  });
});
