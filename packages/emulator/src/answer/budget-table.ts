import type { GoalFacts } from '../goal/goal-facts.ts';
import { formatCents, formatMoney, parseCents, type Money } from '../goal/money.ts';
import { splitMoney, type Share } from '../goal/split-money.ts';
import { countWord } from '../goal/counts.ts';
import { listed } from '../goal/wording.ts';

const TRAVEL_WEIGHTS = [
  ['Lodging', 40],
  ['Transport', 20],
  ['Food', 25],
  ['Sights', 10],
  ['Reserve', 5],
] as const;
const OTHER_WEIGHTS = [
  ['Main items', 50],
  ['Preparation', 20],
  ['Review and changes', 15],
  ['Reserve', 15],
] as const;

/** A table of a budget's parts that add up to it, and the sum written out. */
export function budgetTable(money: Money, facts: GoalFacts): string[] {
  const weights = weightsFor(facts);
  const shares = splitMoney(money.cents, weights);
  const unit = formatMoney(money).split(' ').at(-1) ?? '';
  const rows = shares.map(
    (share, index) => `| ${share.name} | ${formatCents(share.cents)} | ${weights[index]?.[1]} % |`,
  );
  return [
    `| Category | Amount (${unit}) | Share |`,
    '|---|---:|---:|',
    ...rows,
    `| **Total** | **${formatCents(money.cents)}** | 100 % |`,
    '',
    `${shares.map((share) => formatCents(share.cents)).join(' + ')} = ${formatMoney(money)}. ${perDay(money, facts)}`.trim(),
  ];
}

/** The same split in one sentence. */
export function budgetSentence(money: Money, facts: GoalFacts): string {
  const parts = splitMoney(money.cents, weightsFor(facts));
  const named = parts.map((share) => `${share.name.toLowerCase()} ${formatCents(share.cents)}`);
  return `The ${formatMoney(money)} split into ${listed(named)}.`;
}

/** The budget of each day; adds up to the whole. */
export function dailyBudgets(money: Money, days: number): Share[] {
  return splitMoney(
    money.cents,
    Array.from({ length: days }, (_, index) => [`Day ${index + 1}`, 1] as const),
  );
}

/** Whether the first budget table in a text adds up to its total; null when there is none. */
export function budgetAddsUp(text: string): boolean | null {
  const total = /^\| \*\*Total\*\* \| \*\*(?<total>[\d.,]+)\*\* \|/m.exec(text);
  if (total === null) return null;
  const before = text.slice(0, total.index).trimEnd().split('\n');
  const start = before.findLastIndex((line) => line.startsWith('|---'));
  const amounts = before.slice(start + 1).map((line) => parseCents(line.split('|')[2]?.trim() ?? ''));
  if (amounts.includes(null)) return false;
  return (
    amounts.reduce<number>((sum, cents) => sum + (cents ?? 0), 0) ===
    parseCents(total.groups?.['total'] ?? '')
  );
}

function weightsFor(facts: GoalFacts): ReadonlyArray<readonly [string, number]> {
  return facts.kind === 'travel' ? TRAVEL_WEIGHTS : OTHER_WEIGHTS;
}

function perDay(money: Money, facts: GoalFacts): string {
  if (facts.days === null || facts.days > 366) return '';
  const amounts = [...new Set(dailyBudgets(money, facts.days).map((share) => share.cents))];
  const text = amounts
    .toSorted((a, b) => a - b)
    .map(formatCents)
    .join(' or ');
  const people = facts.people === null ? '' : ` for ${countWord(facts.people)}`;
  return `Over ${countWord(facts.days)} ${facts.days === 1 ? 'day' : 'days'} that is ${text} a day${people}.`;
}
