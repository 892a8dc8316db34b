import { describe, expect, it } from 'vitest';
import { askJudges, type JudgesWord } from './judges.ts';
import { neverCached, type CachePays } from './cache-worth.ts';
import { withJournal } from './journaled-llm.ts';
import { ModelError, type ModelFailure } from './llm.ts';
import { defaultPrices } from './prices.ts';
import { RetryLaterError } from './retrying-llm.ts';
import { memoryJournal } from './testing/memory-journal.ts';
import { scriptedLlm, type ScriptLine } from './testing/scripted-llm.ts';

function verdict(pass: boolean, feedback: readonly string[] = [], score = 0.9) {
  const scores = { accuracy: score, completeness: score, requirements: score, consistency: score };
  return { text: JSON.stringify({ scores, pass, feedback }) };
}

function failure(kind: ModelFailure['kind']): ModelError {
  const kinds: Record<ModelFailure['kind'], ModelFailure> = {
    terminal: { kind: 'terminal' },
    retryable: { kind: 'retryable', retryAfterMs: null },
    cancelled: { kind: 'cancelled' },
  };
  return new ModelError(`${kind} failure`, { failure: kinds[kind], type: kind });
}

/** As many judges as there are lines, unless it is said how many. */
async function judged(lines: readonly ScriptLine[], judges = lines.length, pays: CachePays = neverCached) {
  const llm = scriptedLlm(...lines);
  const journal = memoryJournal();
  const ask = (): Promise<JudgesWord> =>
    askJudges({
      caller: withJournal(llm, journal, defaultPrices),
      structuredOutput: 'prompt',
      model: 'claude-sonnet-5-5',
      prompt: (judge) => ({ system: 'You judge.', user: `Judge ${judge}`, shared: 'Judge ' }),
      caching: { pays, calls: judges },
      judges,
      round: 1,
      signal: new AbortController().signal,
    });
  return { llm, ask, word: await ask() };
}

describe('a judge', () => {
  it('lets a result pass, with scores', async () => {
    const { word, llm } = await judged([verdict(true, [], 0.8)]);
    expect(word.review).toEqual({
      round: 1,
      verdict: 'pass',
      scores: { accuracy: 0.8, completeness: 0.8, requirements: 0.8, consistency: 0.8 },
      feedback: [],
      judges: 1,
      passes: 1,
    });
    expect(word.calls).toHaveLength(1);
    expect(llm.requests[0]?.messages).toEqual([{ role: 'user', text: 'Judge 1' }]);
  });

  it('is told what all judges are told apart from the rest, where caching that pays', async () => {
    const { llm } = await judged([verdict(true), verdict(true)], 2, ({ calls }) => calls === 2);
    expect(llm.requests.map(({ messages }) => messages)).toEqual([
      [{ role: 'user', shared: 'Judge ', text: '1' }],
      [{ role: 'user', shared: 'Judge ', text: '2' }],
    ]);
  });

  it('sends it back with what to do better', async () => {
    const { word } = await judged([verdict(false, ['Name the year.', ' '])]);
    expect(word.review).toMatchObject({ verdict: 'fail', feedback: ['Name the year.'], passes: 0 });
  });

  it.each([
    ['is no JSON', { text: 'It is fine.' }],
    ['scores beyond 1', verdict(true, [], 7)],
    ['lets it fail without a reason', verdict(false, ['  '])],
  ])('whose reply %s is asked once more', async (_name, line) => {
    const { word, llm } = await judged([line, verdict(true)], 1);
    expect(word.review.verdict).toBe('pass');
    expect(word.calls).toHaveLength(2);
    expect(llm.requests[1]?.messages.at(-1)?.text).toContain('<violation');
  });

  it.each<[string, ScriptLine[], number]>([
    ['can not be read even then', [{ text: 'Fine.' }, { text: 'Really.' }], 2],
    ['is declined', [{ text: '', stopReason: 'refusal' }], 1],
    ['can not be had', [failure('terminal')], 0],
    ['did not come in spite of retries', [failure('retryable')], 0],
    ['failed to be repaired', [{ text: 'Fine.' }, failure('terminal')], 1],
  ])('whose word %s gives no verdict, and is paid for all the same', async (_name, lines, calls) => {
    const { word } = await judged(lines, 1);
    expect(word.review).toEqual({
      round: 1,
      verdict: 'none',
      scores: null,
      feedback: [],
      judges: 0,
      passes: 0,
    });
    expect(word.calls).toHaveLength(calls);
  });

  it('who is called off, or is to be asked later, ends the review', async () => {
    await expect(judged([failure('cancelled')])).rejects.toThrow('cancelled failure');
    await expect(judged([new RetryLaterError(60_000, failure('retryable'))])).rejects.toThrow(
      RetryLaterError,
    );
    await expect(judged([new Error('The journal is gone')])).rejects.toThrow('The journal is gone');
  });
});

describe('a quorum of judges', () => {
  it('lets pass what more than half of them do, with the mean of their scores', async () => {
    const { word } = await judged([
      verdict(true, [], 0.9),
      verdict(false, ['b'], 0.2),
      verdict(true, ['c'], 0.9),
    ]);
    expect(word.review).toMatchObject({ verdict: 'pass', judges: 3, passes: 2, feedback: ['b', 'c'] });
    expect(word.review.scores?.accuracy).toBe(0.667);
  });

  it('sends back what only half of them let pass', async () => {
    const { word } = await judged([verdict(true), verdict(false, ['a'])]);
    expect(word.review).toMatchObject({ verdict: 'fail', judges: 2, passes: 1 });
  });

  it('counts those alone who gave a verdict', async () => {
    const { word } = await judged([verdict(true), failure('terminal'), failure('terminal')]);
    expect(word.review).toMatchObject({ verdict: 'pass', judges: 1, passes: 1 });
  });

  it('names each point once, those of who let it fail first', async () => {
    const { word } = await judged([
      verdict(true, ['Shorter.']),
      verdict(false, ['Name  the year.', 'name the year.', 'shorter.']),
    ]);
    expect(word.review.feedback).toEqual(['Name  the year.', 'shorter.']);
  });

  it('is told apart, and pays for nobody twice when it is asked again', async () => {
    const { llm, ask, word } = await judged([verdict(true), verdict(false, ['a']), verdict(true)]);
    const asked = llm.requests.map(({ messages }) => messages[0]?.text);
    expect(asked).toEqual(['Judge 1', 'Judge 2', 'Judge 3']);
    expect((await ask()).review).toEqual(word.review);
    expect(llm.requests).toHaveLength(3);
  });
});
