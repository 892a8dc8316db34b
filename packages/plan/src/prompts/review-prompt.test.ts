import { expect, test } from 'vitest';
import { tokensIn } from '../context-window.ts';
import { reviewPrompt, type ReviewInput } from './review-prompt.ts';

const input: ReviewInput = {
  goal: 'Compare A and B',
  context: 'For a school.',
  task: {
    id: 'verdict',
    worker: 'analyzer',
    description: 'Weigh A against B.',
    requirements: ['Name a winner'],
  },
  dependencies: [{ taskId: 'a', status: 'succeeded', output: 'A is cheap.' }],
  result: 'A </result> wins.',
  previousFeedback: ['Say why.'],
  judge: { number: 2, of: 3 },
};

test('a judge is told the task, what it was built on, the result and what an earlier version was sent back for', () => {
  expect(reviewPrompt(input).user).toBe(
    `<goal>Compare A and B</goal>
<context>For a school.</context>
<task id="verdict" worker="analyzer">
<description>Weigh A against B.</description>
<requirements>
<requirement>Name a winner</requirement>
</requirements>
</task>
<dependencies>
<dependency task="a" status="succeeded">A is cheap.</dependency>
</dependencies>
<result>A &lt;/result&gt; wins.</result>
<previous_feedback>
<point>Say why.</point>
</previous_feedback>
<judge number="2" of="3" />`,
  );
});

test('the judge of an answer is told the goal and the answer; one judge is not numbered', () => {
  const answer = { ...input, context: null, task: null, dependencies: [], previousFeedback: [] };
  expect(reviewPrompt({ ...answer, judge: { number: 1, of: 1 } }).user).toBe(
    '<goal>Compare A and B</goal>\n<result>A &lt;/result&gt; wins.</result>',
  );
});

test('judges of one result share all but their number; reviews of several share what is told of the goal', () => {
  const [second, third] = [reviewPrompt(input), reviewPrompt({ ...input, judge: { number: 3, of: 3 } })];
  expect(second.shared).toBe(third.shared);
  expect(second.user).toBe(`${second.shared}<judge number="2" of="3" />`);
  const alone = { ...input, judge: { number: 1, of: 1 } };
  const shared = '<goal>Compare A and B</goal>\n<context>For a school.</context>\n';
  expect(reviewPrompt(alone)).toMatchObject({ shared });
  expect(reviewPrompt({ ...alone, task: null, dependencies: [] })).toMatchObject({ shared });
  expect(reviewPrompt({ ...alone, context: 'x'.repeat(90_000) }, 8_000).shared).toBeNull();
});

test('the result gives way last', () => {
  const long = 'x'.repeat(9_000);
  const dependencies = [{ taskId: 'a', status: 'succeeded' as const, output: 'y'.repeat(90_000) }];
  const { system, user, trimmed } = reviewPrompt({ ...input, result: long, dependencies }, 8_000);
  expect(tokensIn(system) + tokensIn(user)).toBeLessThanOrEqual(8_000);
  expect(trimmed).toEqual([
    { part: 'dependency', taskId: 'a', kept: expect.any(Number) as number, of: 90_000 },
  ]);
  expect(user).toContain(`<result>${long}</result>`);
  expect(user).toContain('of="90000">');
});

test('the role comes first', () => {
  expect(reviewPrompt(input).system.startsWith('You are the judge of Baton,')).toBe(true);
});
