import { expect, it } from 'vitest';
import { withoutEcho } from './without-echo.ts';

it.each([
  ['Not needed: ended early: It suffices.', 'It suffices.', 'Not needed: ended early.'],
  ['Not needed: ended early: It suffices.', null, 'Not needed: ended early: It suffices.'],
  ['prices failed', 'It suffices.', 'prices failed'],
])('tells %j, of a goal that ended early for %j, as %j', (reason, finishedEarly, told) => {
  expect(withoutEcho(reason, finishedEarly)).toBe(told);
});
