import { describe, expect, it, vi } from 'vitest';
import { tokensIn } from '@baton/plan/context-window';
import type { Review } from '@baton/shared/contract/review';
import { unworked } from '@baton/shared/contract/task-outcome';
import { taskSpecs } from '@baton/shared/ledger/plan-record';
import { SYNTHESIS } from '@baton/shared/ledger/lease';
import { plainPurpose } from '@baton/shared/model/call-purpose';
import { ModelError } from '@baton/shared/model/llm';
import { noSamples, type CallSamples } from '@baton/shared/model/call-samples';
import { alone } from '@baton/shared/model/coordination';
import { BudgetExceeded } from '@baton/shared/model/budget-exceeded';
import { openModelAccess, type ModelSettings } from '@baton/shared/model/model-access';
import { createMetrics } from '@baton/shared/telemetry/metrics';
import {
  openTestLedger,
  plan,
  runningGoal,
} from '../../../../packages/shared/src/ledger/testing/test-ledger.ts';
import { scriptedLlm, type ScriptLine } from '../../../../packages/shared/src/model/testing/scripted-llm.ts';
import { synthesiserFor, type SynthesisRequest } from './ask-synthesiser.ts';

const signal = new AbortController().signal;
const scores = { accuracy: 1, completeness: 0.5, requirements: 1, consistency: 1 };
const passes = { text: JSON.stringify({ scores, pass: true, feedback: [] }) };
const fails = (point: string): ScriptLine => ({
  text: JSON.stringify({ scores, pass: false, feedback: [point] }),
});
const terminal = new ModelError('no', { failure: { kind: 'terminal' }, type: 'invalid_request_error' });

async function open(options: SynthesisRequest['options'], ...lines: ScriptLine[]) {
  const { ledger, redis } = openTestLedger();
  const goalId = await runningGoal(ledger);
  await redis.hset(ledger.goal(goalId).tasks, `starts:${SYNTHESIS}`, 1);
  const llm = scriptedLlm(...lines);
  const settings = {
    STRUCTURED_OUTPUT: 'native',
    MODEL_CONTEXT_TOKENS: 200_000,
    MODEL_STRONG: 'claude-opus-5-5',
  } as ModelSettings;
  const notes: string[] = [];
  const samples: CallSamples = {
    ...noSamples,
    note: (of, kind, model, { inputTokens, outputTokens }) =>
      void notes.push(`${of} ${kind} ${model} ${inputTokens} ${outputTokens}`),
  };
  const models = openModelAccess(llm, settings, createMetrics(), { ...alone, samples });
  const ask = synthesiserFor(ledger, models, new Map());
  let shown = '';
  const reviews: Review[] = [];
  const request: SynthesisRequest = {
    goalId,
    lease: { place: SYNTHESIS, number: 1 },
    retries: 0,
    purpose: plainPurpose,
    brief: { goal: 'Compare.', context: null },
    recipe: null,
    options,
    finishedEarly: null,
    results: taskSpecs(plan).map((task) => ({
      task,
      outcome: { ...unworked('succeeded'), output: `${task.id} it is` },
    })),
    room: { tokens: null, costUsd: null },
    onText: (delta) => (shown += delta),
    onLost: vi.fn(() => (shown = '')),
    onReview: async (review) => void reviews.push(review),
  };
  const askWith = (fields: Partial<SynthesisRequest>) => ask({ ...request, ...fields }, signal);
  return { ask: () => ask(request, signal), askWith, notes, llm, request, reviews, shown: () => shown };
}

const userOf = (
  llm: { requests: readonly { messages: readonly { text: string }[] }[] },
  at: number,
): string => llm.requests[at]?.messages[0]?.text ?? '';

describe('the answer of a goal', () => {
  it('is judged by nobody unless asked for', async () => {
    const { ask, llm } = await open({}, { text: 'tea' });
    expect(await ask()).toEqual({ kind: 'answer', text: 'tea', isCutOff: false, reviews: [] });
    expect(llm.requests).toHaveLength(1);
  });

  it('that passes is the first one', async () => {
    const { ask, llm, reviews } = await open({ reviewRounds: 2 }, { text: 'tea' }, passes);
    expect(await ask()).toMatchObject({ text: 'tea', reviews: [{ round: 1, verdict: 'pass' }] });
    expect(reviews).toHaveLength(1);
    expect(userOf(llm, 1)).toContain('<result>tea</result>');
    expect(userOf(llm, 1)).not.toContain('<task id=');
  });

  it('is revised with what the judges found, streamed anew, and judged again', async () => {
    const { ask, llm, shown } = await open(
      { reviewRounds: 2 },
      { text: 'tea' },
      fails('Why?'),
      { text: 'tea, since' },
      passes,
    );
    expect(await ask()).toMatchObject({
      text: 'tea, since',
      reviews: [
        { round: 1, verdict: 'fail', feedback: ['Why?'] },
        { round: 2, verdict: 'pass' },
      ],
    });
    expect(shown()).toBe('tea, since');
    expect(userOf(llm, 2)).toContain(
      '<previous_result>tea</previous_result>\n<feedback>\n<point>Why?</point>',
    );
    expect(userOf(llm, 3)).toContain('<previous_feedback>\n<point>Why?</point>');
  });

  it('is no longer than what is left of the budget, and asks a model that it pays for', async () => {
    const { askWith, llm } = await open({}, { text: 'tea' });
    expect(await askWith({ room: { tokens: 4_000, costUsd: 0.001 } })).toMatchObject({ text: 'tea' });
    const [asked] = llm.requests;
    const prompt = tokensIn(asked?.system ?? '') + tokensIn(asked?.messages[0]?.text ?? '');
    expect(prompt + (asked?.maxTokens ?? 0)).toBe(4_000);
    expect(asked?.model).toBe('claude-haiku-5-5');
  });

  it('is not asked for where what is left does not reach for the results, or for the call', async () => {
    const { askWith, llm } = await open({});
    expect(await askWith({ room: { tokens: 1_000, costUsd: null } })).toEqual({
      kind: 'unaffordable',
      message: 'Of the budget 1,000 tokens are left, which does not reach for an answer made of the results.',
    });
    expect(llm.requests).toEqual([]);
    const refused = await open({}, new BudgetExceeded('tenant', 'No money today.'));
    expect(await refused.ask()).toEqual({ kind: 'unaffordable', message: 'No money today.' });
  });

  it('stays as it was where the budget does not reach for its revision', async () => {
    const broke = new BudgetExceeded('goal', 'No money.');
    const { ask, shown } = await open({ reviewRounds: 1 }, { text: 'tea' }, fails('Why?'), broke);
    expect(await ask()).toMatchObject({ kind: 'answer', text: 'tea', reviews: [{ verdict: 'fail' }] });
    expect(shown()).toBe('tea');
  });

  it('is noted with all that it took, unless some of it was journaled before', async () => {
    const { ask, notes } = await open({ reviewRounds: 1 }, { text: 'tea' }, passes);
    const ofSyntheses = () => notes.filter((note) => note.startsWith('tasks'));
    await ask();
    expect(ofSyntheses()).toEqual(['tasks :synthesis+1x1 claude-opus-5-5 20 10']);
    await ask();
    expect(ofSyntheses()).toHaveLength(1);
  });

  it.each([1, 2, 3])('is revised %i times at most, whatever the judges say', async (rounds) => {
    const lines = Array.from({ length: rounds + 1 }, (_, at) => [
      { text: `v${at}` },
      fails(`No ${at}.`),
    ]).flat();
    const { ask, llm, shown } = await open({ reviewRounds: rounds }, ...lines);
    const answer = await ask();
    expect(answer).toMatchObject({ kind: 'answer', text: `v${rounds}` });
    expect(answer.kind === 'answer' && answer.reviews.at(-1)?.verdict).toBe('fail');
    expect(llm.requests).toHaveLength(2 * (rounds + 1));
    expect(shown()).toBe(`v${rounds}`);
  });

  it.each<[string, ScriptLine]>([
    ['fails', terminal],
    ['is refused', { stopReason: 'refusal' }],
    ['is empty', { text: ' ' }],
    ['is cut off', { text: 'te', stopReason: 'model_context_window_exceeded' }],
  ])('is the version before it when its revision %s, and is streamed again', async (_what, line) => {
    const { ask, shown } = await open({ reviewRounds: 2 }, { text: 'tea' }, fails('Why?'), line);
    expect(await ask()).toMatchObject({
      kind: 'answer',
      text: 'tea',
      isCutOff: false,
      reviews: [{ verdict: 'fail' }],
    });
    expect(shown()).toBe('tea');
  });

  it('is taken as it is when no judge gives a readable word', async () => {
    const { ask } = await open({ reviewRounds: 2 }, { text: 'tea' }, { text: 'Good!' }, { text: 'Good!' });
    expect(await ask()).toMatchObject({ text: 'tea', reviews: [{ verdict: 'none' }] });
  });

  it('needs more than half of the judges', async () => {
    const { ask, reviews } = await open(
      { reviewRounds: 1, judges: 2 },
      { text: 'tea' },
      passes,
      fails('Why?'),
      { text: 'Tea.' },
      passes,
      passes,
    );
    expect(await ask()).toMatchObject({ text: 'Tea.' });
    expect(reviews).toMatchObject([
      { judges: 2, passes: 1, verdict: 'fail' },
      { judges: 2, passes: 2, verdict: 'pass' },
    ]);
  });

  it('that was cut off is not judged', async () => {
    const full = { text: 'te', stopReason: 'model_context_window_exceeded' } as const;
    const { ask, llm } = await open({ reviewRounds: 2 }, full);
    expect(await ask()).toMatchObject({ text: 'te', isCutOff: true, reviews: [] });
    expect(llm.requests).toHaveLength(1);
  });

  it('that was cut off at its tokens is gone on with, and streamed as one text', async () => {
    const { ask, shown } = await open({}, { text: 'te', stopReason: 'max_tokens' }, { text: 'a' });
    expect(await ask()).toMatchObject({ text: 'tea', isCutOff: false });
    expect(shown()).toBe('tea');
  });

  it("that is refused tells the endpoint's reason", async () => {
    const { ask } = await open({}, { text: '', stopReason: 'refusal', refusal: 'Too risky.' });
    expect(await ask()).toMatchObject({
      kind: 'failed',
      error: {
        type: 'model_refusal',
        message: 'The model refused to put the answer together: Too risky.',
      },
    });
  });

  it('is paid for once when all of it runs again', async () => {
    const { ask, llm, reviews, shown } = await open(
      { reviewRounds: 1 },
      { text: 'tea' },
      fails('Why?'),
      { text: 'Tea.' },
      passes,
    );
    const first = await ask();
    expect(await ask()).toEqual(first);
    expect(llm.requests).toHaveLength(4);
    expect(reviews).toHaveLength(4);
    expect(shown()).toBe('Tea.');
  });
});
