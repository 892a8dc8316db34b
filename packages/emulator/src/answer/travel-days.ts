import { countWord } from '../goal/counts.ts';
import type { GoalFacts } from '../goal/goal-facts.ts';
import { formatCents, formatMoney } from '../goal/money.ts';
import { capitalise } from '../goal/wording.ts';
import { dailyBudgets } from './budget-table.ts';

const DEFAULT_DAYS = 3;
const MAX_DAYS = 31;
/** What a visit to any place is made of; the emulator knows no place. */
const STOPS = [
  'the old quarter on foot',
  'the main viewpoint',
  'the market hall or the main market street',
  'the museum that fits the party best',
  'the waterfront or the largest park',
  'a neighbourhood that residents recommend',
  'a half-day trip out of the centre',
  'a workshop, concert or match',
];

/** The kinds of stops that fill a stay: two a day, at least three. */
export function stopKinds(facts: GoalFacts): string[] {
  return STOPS.slice(0, Math.max(3, Math.min(STOPS.length, daysOf(facts) * 2)));
}

/** The stay in one sentence. */
export function staySentence(facts: GoalFacts): string {
  const days = daysOf(facts);
  const budgets = facts.money === null ? [] : dailyBudgets(facts.money, Math.min(days, 366));
  const most = Math.max(0, ...budgets.map((share) => share.cents));
  const cost =
    facts.money === null ? '' : `, at no more than ${formatMoney({ ...facts.money, cents: most })} a day`;
  const place = facts.place === null ? '' : ` in ${facts.place}`;
  return `${capitalise(countWord(days))} ${days === 1 ? 'day' : 'days'}${place}${cost}: two stops a day and the evenings close to the lodging.`;
}

/** A section per day with its three parts and its share of the budget. */
export function travelDays(facts: GoalFacts): string[] {
  const days = daysOf(facts);
  const shown = Math.min(days, MAX_DAYS);
  const budgets = facts.money === null ? [] : dailyBudgets(facts.money, Math.min(days, 366));
  const lines = Array.from({ length: shown }, (_, index) => {
    const cents = budgets[index]?.cents;
    const hasBudget = cents !== undefined && facts.money !== null;
    const budget = hasBudget ? [`- Budget: up to ${formatCents(cents)} of ${formatMoney(facts.money)}`] : [];
    return [`### ${dayHeading(index, days, facts)}`, '', ...dayParts(index, days, facts), ...budget, ''];
  });
  const rest = days > shown ? [`Days ${shown + 1} to ${days} repeat this rhythm.`] : [];
  return [...lines.flat(), ...rest];
}

function daysOf(facts: GoalFacts): number {
  return facts.days ?? DEFAULT_DAYS;
}

function dayHeading(index: number, days: number, facts: GoalFacts): string {
  const place = facts.place ?? 'the destination';
  if (index === 0) return `Day 1: arrival in ${place}`;
  if (index === days - 1) return `Day ${days}: last hours in ${place}`;
  return `Day ${index + 1}: ${stop(index * 2)}`;
}

function dayParts(index: number, days: number, facts: GoalFacts): string[] {
  const isLast = index === days - 1;
  const morning =
    index === 0 ? `arrive in ${facts.place ?? 'the destination'} and leave the luggage` : stop(index * 2);
  const afternoon = stop(index * 2 + 1);
  const evening = isLast ? 'a last meal, then the way home' : 'a meal close to the lodging';
  return [`- Morning: ${morning}`, `- Afternoon: ${afternoon}`, `- Evening: ${evening}`];
}

function stop(index: number): string {
  return STOPS[index % STOPS.length] ?? 'a free half-day';
}
