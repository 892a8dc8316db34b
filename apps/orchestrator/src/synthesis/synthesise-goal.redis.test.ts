import { describe, expect, it, vi } from 'vitest';
import { skippedForBudget } from '@baton/shared/contract/budget-skip';
import type { Review } from '@baton/shared/contract/review';
import { noUsage, unworked, type Outcome } from '@baton/shared/contract/task-outcome';
import { readEvents } from '@baton/shared/ledger/event-log';
import { endGoal } from '@baton/shared/ledger/goal-end';
import { readGoal } from '@baton/shared/ledger/goal-view';
import { MOST_DEATHS } from '@baton/shared/ledger/lease';
import { recordOutcome } from '@baton/shared/ledger/task-record';
import {
  leaseOf,
  openTestLedger,
  plan,
  RETENTION,
  runningGoal,
  TENANT,
} from '../../../../packages/shared/src/ledger/testing/test-ledger.ts';
import type { Synthesised, SynthesisRequest } from './ask-synthesiser.ts';
import { synthesiseGoal, type SynthesiseGoalDeps } from './synthesise-goal.ts';

type Ask = (request: SynthesisRequest, signal: AbortSignal) => Promise<Synthesised>;

const signal = new AbortController().signal;
const says =
  (text: string): Ask =>
  async () => ({ kind: 'answer', text, isCutOff: false, reviews: [] });

/** A goal whose tasks have all succeeded, but for those that end otherwise. */
async function open(otherwise: Readonly<Record<string, Outcome>> = {}) {
  const { ledger } = openTestLedger();
  const goalId = await runningGoal(ledger);
  for (const { id: taskId } of plan.tasks) {
    const task = { goalId, rev: 1, taskId };
    const outcome: Outcome = {
      status: 'succeeded',
      output: taskId,
      errors: [],
      usage: noUsage,
      simulated: false,
      reviews: [],
      metadata: {},
    };
    await recordOutcome(ledger, task, await leaseOf(ledger, task), otherwise[taskId] ?? outcome, []);
  }
  const replan = vi.fn<SynthesiseGoalDeps['replan']>(async () => false);
  const takeUpNextRev = vi.fn<SynthesiseGoalDeps['takeUpNextRev']>(async () => undefined);
  const run = (askSynthesiser: Ask, rev = 1): Promise<void> =>
    synthesiseGoal(
      {
        ledger,
        endGoal: (id, end) => endGoal(ledger, id, end, RETENTION),
        askSynthesiser,
        replan,
        takeUpNextRev,
        collect: (results) => results.map(({ task }) => `- ${task.id}`).join('\n'),
      },
      { goalId, rev },
      signal,
    );
  const goal = () => readGoal(ledger, goalId, TENANT, () => ({ self: '', events: '', dashboard: null }));
  return { run, goal, ledger, goalId, replan, takeUpNextRev };
}

/** Lets a synthesis die: resolves when the model has been asked. */
function die(run: (ask: Ask) => Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    void run(() => {
      resolve();
      return new Promise(() => undefined);
    });
  });
}

describe('putting a goal together', () => {
  it('ends it with the answer, once', async () => {
    const { run, goal } = await open();
    await run(says('tea'));
    const late = vi.fn<Ask>(says('coffee'));
    await run(late);
    expect(await goal()).toMatchObject({ status: 'succeeded', output: 'tea' });
    expect(late).not.toHaveBeenCalled();
  });

  it('does not end it with the answer of a run that was taken over', async () => {
    const { run, goal } = await open();
    const overtaken = run(async (request, cancel) => {
      await die(run);
      return says('of the earlier run')(request, cancel);
    });
    await expect(overtaken).rejects.toMatchObject({ cause: 'lock_lost' });
    expect(await goal()).toMatchObject({ status: 'synthesizing', output: null });
    await run(says('of the later run'));
    expect(await goal()).toMatchObject({ status: 'succeeded', output: 'of the later run' });
  });

  it('keeps what the judges said, and is partial when they still let it fail', async () => {
    const { run, goal } = await open();
    const reviews = [1, 2].map((round): Review => {
      return { round, verdict: 'fail', scores: null, feedback: ['Say why.'], judges: 1, passes: 0 };
    });
    await run(async () => ({ kind: 'answer', text: 'Tea [tea], says [advice].', isCutOff: false, reviews }));
    expect(await goal()).toMatchObject({
      status: 'partially_succeeded',
      output: 'Tea [tea], says [advice].',
      error: { type: 'review_failed', message: expect.stringContaining('Say why.') },
      reviews,
      citations: [
        { taskId: 'tea', description: 'Do tea' },
        { taskId: 'advice', description: 'Do advice' },
      ],
      results: [{ rev: 1, status: 'partially_succeeded', finishedAt: expect.any(String) }],
      prompts: { synthesis: 'synthesis-2', planner: expect.any(String) },
    });
  });

  it('counts no task as a source that gave nothing, though the answer names it', async () => {
    const { run, goal } = await open({ advice: unworked('failed', 'No idea.') });
    await run(says('Tea [tea], without [advice].'));
    expect(await goal()).toMatchObject({ citations: [{ taskId: 'tea' }] });
    expect((await goal())?.citations).toHaveLength(1);
  });

  it('puts nothing together when the goal goes on with another plan', async () => {
    const { run, goal, replan } = await open();
    replan.mockResolvedValueOnce(true);
    const ask = vi.fn<Ask>(says('tea'));
    await run(ask);
    expect(ask).not.toHaveBeenCalled();
    expect((await goal())?.status).toBe('running');
  });

  it('asks for no other plan once it is being put together', async () => {
    const { run, replan } = await open();
    await die(run);
    await run(says('tea'));
    expect(replan).toHaveBeenCalledOnce();
  });

  it('collects the results of one task per item, without a model', async () => {
    const { run, goal, ledger, goalId } = await open();
    await ledger.redis.hset(ledger.goal(goalId).goal, 'kind', 'each');
    const ask = vi.fn<Ask>(says('tea'));
    await run(ask);
    expect(ask).not.toHaveBeenCalled();
    expect(await goal()).toMatchObject({ status: 'succeeded', output: '- tea\n- coffee\n- advice' });
  });

  it("sees to the next rev's flow, and does nothing else, for a rev that is not the goal's", async () => {
    const { run, goal, goalId, takeUpNextRev } = await open();
    const ask = vi.fn<Ask>(says('tea'));
    await run(ask, 2);
    expect(ask).not.toHaveBeenCalled();
    expect(takeUpNextRev).toHaveBeenCalledExactlyOnceWith({ goalId, rev: 2 });
    expect((await goal())?.status).toBe('running');
  });

  it('says in its end for which tasks a budget did not reach, and that none gave a result for want of it', async () => {
    const noMoney = skippedForBudget('goal', 'The budget of 5 tokens is exhausted.');
    const short = await open({ coffee: noMoney });
    await short.run(says('tea'));
    expect(await short.goal()).toMatchObject({
      status: 'partially_succeeded',
      output: 'tea',
      missing: [{ taskId: 'coffee', reason: 'The budget of 5 tokens is exhausted.' }],
      error: {
        type: 'budget_exhausted',
        message:
          'The budget did not reach for one task of 3, which the answer does without. The budget of 5 tokens is exhausted.',
      },
    });
    const cut = await open({ coffee: noMoney });
    await cut.run(async () => ({ kind: 'answer', text: 'te', isCutOff: true, reviews: [] }));
    expect((await cut.goal())?.error).toEqual({
      type: 'budget_exhausted',
      message: expect.stringMatching(
        /^The budget did not reach for one task of 3, .* The answer is cut off: /,
      ),
    });
    const broke = await open({ tea: noMoney, coffee: noMoney, advice: unworked('skipped', 'No tea.') });
    await broke.run(says('nothing'));
    expect(await broke.goal()).toMatchObject({
      status: 'failed',
      output: null,
      error: { type: 'budget_exhausted', message: expect.stringMatching(/^No task gave a result before/) },
    });
  });

  it('puts the results together without a model where the budget does not reach for an answer', async () => {
    const { run, goal, ledger, goalId } = await open({ coffee: unworked('failed', 'No beans.') });
    await run(async (request) => {
      request.onText('lost ');
      return { kind: 'unaffordable', message: 'The budget is exhausted.' };
    });
    const ended = await goal();
    expect(ended).toMatchObject({
      status: 'partially_succeeded',
      error: { type: 'budget_exhausted', message: 'The budget is exhausted.' },
      missing: [{ taskId: 'coffee' }],
      citations: [{ taskId: 'tea' }, { taskId: 'advice' }],
    });
    expect(ended?.output).toBe(
      '*The budget did not reach for an answer written from these results: they stand here as the tasks gave them.*\n\n## Do tea\n\ntea [tea]\n\n## Do advice\n\nadvice [advice]',
    );
    const deltas = (await readEvents(ledger, goalId, '0')).filter(({ event }) => event === 'output.delta');
    expect(deltas.map(({ data }) => data['text']).join('')).toBe(ended?.output);
  });

  it('fails it once too many processes have died of it, and keeps what its tasks gave', async () => {
    const { run, goal } = await open();
    for (let death = 0; death < MOST_DEATHS; death += 1) await die(run);
    const ask = vi.fn<Ask>(says('tea'));
    await run(ask);
    expect(ask).not.toHaveBeenCalled();
    expect(await goal()).toMatchObject({
      status: 'failed',
      output: null,
      error: { type: 'synthesis_died', message: expect.stringContaining(`each of the ${MOST_DEATHS} times`) },
      tasks: [{ output: 'tea' }, { output: 'coffee' }, { output: 'advice' }],
    });
  });

  it('counts no death when the model is away, however often', async () => {
    const { run, goal } = await open();
    for (let put = 0; put < 2 * MOST_DEATHS; put += 1) {
      await expect(run(() => Promise.reject(new Error('away')))).rejects.toThrow('away');
    }
    await run(says('tea'));
    expect((await goal())?.status).toBe('succeeded');
  });
});
