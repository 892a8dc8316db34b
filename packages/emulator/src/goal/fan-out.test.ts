import { expect, test } from 'vitest';
import { countOf, findFanOut, isProgramme } from './fan-out.ts';
import { readGoal } from './goal-facts.ts';
import { refuses, withoutMarks } from './marks.ts';

test.each([
  ['Write a report on bees in four sections', 'section', 4],
  ['Write it section by section', 'section', null],
  ['Profile each of the five largest competitors', 'competitor', 5],
  ['For every city write a postcard', 'city', null],
  ['Find a law for each of these countries', 'country', null],
])('%s', (goal, one, count) => {
  const fanOut = findFanOut(goal);
  expect(fanOut?.one).toBe(one);
  expect(fanOut && countOf(fanOut, goal)).toBe(count);
});

test.each(['Plan each day of the week', 'Write a paragraph each', 'Every morning is new', 'Compare A and B'])(
  'nothing to go through: %s',
  (goal) => {
    expect(findFanOut(goal)).toBeNull();
  },
);

test('several large projects are a programme, one is not', () => {
  expect(isProgramme(readGoal('Run three large projects: a website, an app and a shop'))).toBe(true);
  expect(isProgramme(readGoal('A training programme for nurses'))).toBe(false);
  expect(isProgramme(readGoal('Start a project'))).toBe(false);
});

test('marks speak of their target alone, and are taken out of what people read', () => {
  const goal = 'Write about tea [the-writer refuses], and [writer refuses] coffee [1].';
  expect(refuses(goal, ['draft', 'writer'])).toBe(true);
  expect(refuses(goal, ['researcher'])).toBe(false);
  expect(withoutMarks(goal)).toBe('Write about tea, and coffee [1].');
  expect(readGoal('Write about tea [first draft fails review]').topic).toBe('tea');
});
