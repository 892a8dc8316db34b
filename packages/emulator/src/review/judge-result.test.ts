import { expect, test } from 'vitest';
import type { JudgePrompt } from '../answer/prompt.ts';
import { applyFeedback } from './apply-feedback.ts';
import { judgeResult } from './judge-result.ts';

const GOOD =
  'The cost is 40 a month, and the risks are two: a strike, and rain. Both are named by the operator, and both can be insured against for a small sum each year.';

function judged(fields: Partial<JudgePrompt> = {}): ReturnType<typeof judgeResult> {
  return judgeResult({
    role: 'judge',
    goal: 'Choose a season ticket',
    context: '',
    task: {
      id: 'costs',
      worker: 'analyzer',
      description: 'Work out the costs.',
      requirements: ['Name the cost', 'Name the risks'],
    },
    dependencies: [],
    result: GOOD,
    previousFeedback: null,
    judge: 1,
    judges: 1,
    ...fields,
  });
}

test('a result that treats its requirements passes without feedback', () => {
  expect(judged()).toMatchObject({ pass: true, feedback: [], scores: { requirements: 1, consistency: 1 } });
});

test.each([
  ['too short', { result: 'Forty a month.' }, 'has 3 words'],
  ['a requirement missed', { result: GOOD.replaceAll(/risks/g, 'things') }, 'Treat "Name the risks"'],
  ['a placeholder', { result: `${GOOD} TODO` }, 'placeholder'],
  [
    'a budget that does not add up',
    { result: `${GOOD}\n\n| Category | Amount |\n|---|---|\n| All | 800 |\n| **Total** | **900** |` },
    'every sum add up',
  ],
])('%s fails, and the feedback says what to do', (_, fields, says) => {
  const { pass, feedback } = judged(fields);
  expect(pass).toBe(false);
  expect(feedback.join('\n')).toContain(says);
});

test('data and plain lists are as short as they have to be', () => {
  expect(judged({ result: '{"lat": 1}' }).pass).toBe(true);
  expect(judged({ result: '- Lisbon\n- Porto' }).pass).toBe(true);
});

test('a mark fails as many drafts as it says, for whom it says', () => {
  const rounds = (goal: string, fields: Partial<JudgePrompt> = {}): boolean[] => {
    let previousFeedback: readonly string[] | null = null;
    return [1, 2, 3, 4].map(() => {
      const { pass, feedback } = judged({ goal, previousFeedback, ...fields });
      previousFeedback = feedback;
      return pass;
    });
  };
  expect(rounds('Go [first draft fails review]')).toEqual([false, true, true, true]);
  expect(rounds('Go [first two drafts fail review]').slice(0, 3)).toEqual([false, false, true]);
  expect(rounds('Go [no draft passes review]')).toEqual([false, false, false, false]);
  expect(rounds('Go [first draft of costs fails review]')[0]).toBe(false);
  expect(rounds('Go [first draft of the analyzer fails review]')[0]).toBe(false);
  expect(rounds('Go [first draft of the answer fails review]')[0]).toBe(true);
  expect(rounds('Go [first draft of the answer fails review]', { task: null })[0]).toBe(false);
  expect(rounds('Go [judge 2 fails everything]')[0]).toBe(true);
  expect(rounds('Go [judge 2 fails everything]', { judge: 2, judges: 3 })[0]).toBe(false);
});

test('a revision keeps what was there, settles each point in sight, and then passes', () => {
  const bad = judged({ result: GOOD.replaceAll(/risks/g, 'things') });
  const revised = applyFeedback('Fresh.', {
    previous: GOOD.replaceAll(/risks/g, 'things'),
    feedback: bad.feedback,
  });
  expect(revised).toContain('The cost is 40 a month');
  expect(revised).toContain('### After review\n\n- **Name the risks**');
  expect(judged({ result: revised, previousFeedback: bad.feedback }).pass).toBe(true);
});

test('a revision of next to nothing starts afresh, and a list stays a list', () => {
  const feedback = ['Give all of it.'];
  expect(applyFeedback(GOOD, { previous: 'Done.', feedback })).toContain(GOOD);
  expect(applyFeedback('- A\n- B', { previous: '- A\n- B', feedback })).toMatch(/^- A\n- B\n\n\*Simulated/);
});
