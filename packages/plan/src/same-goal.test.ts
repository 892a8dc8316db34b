import { expect, test } from 'vitest';
import { normalisedGoal } from './same-goal.ts';

test.each([
  ['Compare A  and\nB.', 'compare a and b'],
  [' compare a and b ?!', 'compare a and b'],
  ['Ｃｏｍｐａｒｅ A and B', 'compare a and b'],
  ['Costs of 1.5 km.', 'costs of 1.5 km'],
  ['…', ''],
])('%j is compared as %j', (text, same) => {
  expect(normalisedGoal(text)).toBe(same);
  expect(normalisedGoal(same)).toBe(same);
});
