import { expect, test } from 'vitest';
import { assess } from './assess.ts';

const done = {
  task: 'a',
  worker: 'writer',
  description: 'Do a.',
  status: 'succeeded',
  output: 'A.',
  reason: '',
};
const open = { task: 'b', worker: 'reviewer', description: 'Check a.' };

test.each([
  ['Write about tea', [done], true, '[a] answer the goal; the one open task'],
  ['Write about tea', [{ ...done, status: 'partial' }], false, '[a] brought less'],
  ['Write a complete guide to tea', [done], false, "[b] can't be left out"],
  ['Write about tea [nothing can be left out]', [done], false, "[b] can't be left out"],
  ['Write about tea', [], false, 'Nothing has ended yet.'],
])('%s', (goal, outcomes, suffices, reason) => {
  const reply = assess({ role: 'assessor', goal, context: '', outcomes, openTasks: [open] });
  expect(reply).toEqual({ suffices, reason: expect.stringContaining(reason) });
});
