import { expect, it } from 'vitest';
import type { Review } from '@baton/shared/contract/review';
import type { Revision } from '../define-worker.ts';
import { reviewed } from './review-loop.ts';
import type { Ending } from './run-worker.ts';

const good: Ending = { status: 'succeeded', output: 'v0', errors: [], metadata: {} };

function word(verdict: Review['verdict'], round: number): Review {
  const feedback = verdict === 'pass' ? [] : [`Point ${round}.`];
  return { round, verdict, scores: null, feedback, judges: 1, passes: verdict === 'pass' ? 1 : 0 };
}

/** What the attempts give (the last again and again) and what the judges say of them. */
async function run(
  rounds: number,
  verdicts: readonly (Review['verdict'] | 'gone')[],
  endings: readonly Partial<Ending>[] = [{}],
) {
  const attempts: (Revision | null)[] = [];
  const asked: string[] = [];
  const result = await reviewed({
    rounds,
    async attempt(revision) {
      attempts.push(revision);
      const number = attempts.length - 1;
      return { ...good, output: `v${number}`, ...(endings[number] ?? endings.at(-1)) };
    },
    async review(round, output, previousFeedback) {
      asked.push(`${round} ${output} ${previousFeedback.join()}`);
      const verdict = verdicts[round - 1] ?? verdicts.at(-1) ?? 'none';
      return verdict === 'gone' ? 'The time is up.' : word(verdict, round);
    },
  });
  return { ...result, attempts, asked };
}

it('judges nothing unless it is asked to', async () => {
  const { ending, reviews, asked } = await run(0, ['fail']);
  expect({ ending, reviews, asked }).toEqual({ ending: good, reviews: [], asked: [] });
});

it.each(['pass', 'none'] as const)('takes what the judges give a %s', async (verdict) => {
  const { ending, reviews, revisions } = await run(3, [verdict]);
  expect(ending).toEqual(good);
  expect(reviews.map((each) => each.verdict)).toEqual([verdict]);
  expect(revisions).toBe(0);
});

it('revises with the feedback of the last review, until it passes', async () => {
  const { ending, reviews, attempts, asked, revisions } = await run(3, ['fail', 'fail', 'pass']);
  expect(ending).toMatchObject({ status: 'succeeded', output: 'v2', errors: [] });
  expect(attempts).toEqual([
    null,
    { round: 1, previous: 'v0', feedback: ['Point 1.'] },
    { round: 2, previous: 'v1', feedback: ['Point 2.'] },
  ]);
  expect(asked).toEqual(['1 v0 ', '2 v1 Point 1.', '3 v2 Point 2.']);
  expect(reviews.map(({ verdict }) => verdict)).toEqual(['fail', 'fail', 'pass']);
  expect(revisions).toBe(2);
});

it.each([1, 2, 5])(
  'ends after %i revisions when nothing ever passes, with the last result as partial',
  async (rounds) => {
    const { ending, attempts, asked, reviews, revisions } = await run(rounds, ['fail']);
    expect(attempts).toHaveLength(rounds + 1);
    expect(asked).toHaveLength(rounds + 1);
    expect(reviews).toHaveLength(rounds + 1);
    expect(revisions).toBe(rounds);
    expect(ending).toMatchObject({ status: 'partial', output: `v${rounds}` });
    expect(ending.errors.at(-1)).toContain(`Point ${rounds + 1}.`);
  },
);

it('judges no failed result', async () => {
  const { ending, asked } = await run(2, ['fail'], [{ status: 'failed', output: null, errors: ['e'] }]);
  expect(ending.status).toBe('failed');
  expect(asked).toEqual([]);
});

it('leaves a partial result that passes partial', async () => {
  const { ending } = await run(2, ['pass'], [{ status: 'partial', errors: ['half'] }]);
  expect(ending).toMatchObject({ status: 'partial', errors: ['half'] });
});

it('keeps what there was when its revision fails', async () => {
  const errors = ['The model refused this task.'];
  const { ending, reviews } = await run(3, ['fail'], [{}, { status: 'failed', output: null, errors }]);
  expect(ending).toMatchObject({ status: 'partial', output: 'v0' });
  expect(ending.errors.join(' ')).toContain('Point 1. Its revision failed: The model refused this task.');
  expect(reviews).toHaveLength(1);
});

it('keeps what there was when a budget has no room for its revision', async () => {
  const errors = ["The goal's budget is exhausted."];
  const { ending } = await run(3, ['fail'], [{}, { status: 'skipped', output: null, errors }]);
  expect(ending).toMatchObject({ status: 'partial', output: 'v0' });
  expect(ending.errors.join(' ')).toContain("Its revision failed: The goal's budget is exhausted.");
});

it('keeps as partial what can not be judged any more', async () => {
  const { ending, reviews } = await run(3, ['fail', 'gone']);
  expect(ending).toMatchObject({
    status: 'partial',
    output: 'v1',
    errors: [expect.stringContaining('The time is up.')],
  });
  expect(reviews).toHaveLength(1);
});
