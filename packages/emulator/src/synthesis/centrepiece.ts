import { budgetTable } from '../answer/budget-table.ts';
import { travelDays } from '../answer/travel-days.ts';
import type { GoalFacts } from '../goal/goal-facts.ts';
import type { DigestedOutcome } from './digested-outcome.ts';

const DAY = /^Day \d+\b/;
const BUDGET_TOTAL = /^\| \*\*Total\*\*/m;

/** What the goal asked for in the first place: the days and the budget of a journey, the table of a comparison. */
export function centrepiece(facts: GoalFacts, outcomes: readonly DigestedOutcome[]): string[] {
  if (facts.kind === 'travel') return [...dayByDay(facts, outcomes), ...budget(facts, outcomes)];
  if (facts.money !== null) return budget(facts, outcomes);
  const table = outcomes.flatMap((outcome) =>
    outcome.digest.tables.map((text) => ({ text, task: outcome.task })),
  )[0];
  return table === undefined ? [] : ['## At a glance', '', table.text, '', `Table: [${table.task}]`, ''];
}

function dayByDay(facts: GoalFacts, outcomes: readonly DigestedOutcome[]): string[] {
  const planned = outcomes.find((outcome) =>
    outcome.digest.sections.some((section) => DAY.test(section.heading)),
  );
  if (planned === undefined) return ['## Day by day', '', ...travelDays(facts)];
  const days = planned.digest.sections.filter((section) => DAY.test(section.heading));
  return [
    '## Day by day',
    '',
    ...days.flatMap((day) => [`### ${day.heading}`, '', day.body, '']),
    `Itinerary: [${planned.task}]`,
    '',
  ];
}

function budget(facts: GoalFacts, outcomes: readonly DigestedOutcome[]): string[] {
  const split = outcomes
    .flatMap((outcome) => outcome.digest.tables.map((text) => ({ text, task: outcome.task })))
    .find(({ text }) => BUDGET_TOTAL.test(text));
  if (split !== undefined) return ['## Budget', '', split.text, '', `Split: [${split.task}]`, ''];
  return facts.money === null ? [] : ['## Budget', '', ...budgetTable(facts.money, facts), ''];
}
