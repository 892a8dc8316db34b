import { expect, test } from 'vitest';
import { factLines, readGoal } from './goal-facts.ts';

test.each([
  ['Plan a three-day trip to Lisbon for two with a budget of 900 euros', 'travel', 3, 2, 90_000, 'Lisbon'],
  ['Plan a week in New York for a family of four on $3,500', 'travel', 7, 4, 350_000, 'New York'],
  ['A weekend in Rio de Janeiro for a couple', 'travel', 2, 2, null, 'Rio de Janeiro'],
  ['A trip for 10 days with EUR 1.200', 'travel', 10, null, 120_000, null],
  ['Organise a party for 12 people with 1.5k dollars', 'generic', null, 12, 150_000, null],
  ['Compare solar, wind and nuclear power for a mid-sized city', 'comparison', null, null, null, null],
  ['Build a REST API in TypeScript for a to-do list', 'build', null, null, null, null],
  ['Write marketing copy for a new coffee subscription', 'copy', null, null, null, null],
  ['Review this contract for risks', 'review', null, null, null, null],
  ['Write a report on the history of the bicycle', 'report', null, null, null, null],
] as const)('%s', (goal, kind, days, people, cents, place) => {
  const facts = readGoal(goal);
  expect(facts).toMatchObject({ kind, days, people, place });
  expect(facts.money?.cents ?? null).toBe(cents);
});

test.each([
  ['Compare solar, wind and nuclear power for a city', ['solar power', 'wind power', 'nuclear power']],
  ['React vs Vue vs Svelte: which one?', ['React', 'Vue', 'Svelte']],
  ['Choose between PostgreSQL, MySQL, or MongoDB for a shop', ['PostgreSQL', 'MySQL', 'MongoDB']],
  ['Do these:\n- buy milk\n- paint the door', ['buy milk', 'paint the door']],
  ['Plan a week in Rome on $3,500', []],
  ['Research the market for e-bikes and write a report', []],
])('lists the subjects of: %s', (goal, subjects) => {
  expect(readGoal(goal).subjects).toEqual(subjects);
});

test('the recipe speaks for a kind of its own', () => {
  expect(readGoal('The bicycle').kind).toBe('generic');
  expect(readGoal('The bicycle', 'report').kind).toBe('report');
});

test('words the facts for people', () => {
  expect(factLines(readGoal('Plan a three-day trip to Lisbon for two with 900 euros'))).toEqual([
    'Place: Lisbon',
    'Length: 3 days',
    'People: 2',
    'Budget: 900 euros',
  ]);
});
