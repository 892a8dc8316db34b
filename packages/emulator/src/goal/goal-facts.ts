import { findDays, findPeople } from './counts.ts';
import { classifyGoal } from './goal-kind.ts';
import type { GoalKind } from './kind-signs.ts';
import { findMoney, formatMoney, type Money } from './money.ts';
import { withoutMarks } from './marks.ts';
import { findSubjects } from './subjects.ts';
import { cut, topicOf } from './wording.ts';

/** What a goal says about itself, read from its words alone. */
export interface GoalFacts {
  /** Without marks. */
  readonly goal: string;
  readonly kind: GoalKind;
  /** The goal as a noun phrase, one line. */
  readonly topic: string;
  readonly subjects: readonly string[];
  readonly money: Money | null;
  readonly days: number | null;
  readonly people: number | null;
  readonly place: string | null;
}

/** A goal says what it is about in its first characters; the patterns take quadratic time on the worst of texts. */
const MAX_READ = 4_000;
const PLACE =
  /\b(?:to|in|visit(?:ing)?|around|through|across)\s+(?<place>\p{Lu}[\p{L}'’-]+(?:\s+(?:(?:de|da|do|di|la|le|el|of|the|upon)\s+)*\p{Lu}[\p{L}'’-]+)*)/u;

export function readGoal(goal: string, recipeName = ''): GoalFacts {
  const unmarked = withoutMarks(goal);
  const text = cut(unmarked, MAX_READ);
  const kind = classifyGoal(text, recipeName);
  return {
    goal: unmarked === '' ? goal : unmarked,
    kind,
    topic: topicOf(text),
    subjects: findSubjects(text),
    money: findMoney(text),
    days: findDays(text),
    people: findPeople(text),
    place: kind !== 'travel' ? null : (PLACE.exec(text)?.groups?.['place'] ?? null),
  };
}

/** The facts as lines for people to read: `Budget: 900 euros`. */
export function factLines(facts: GoalFacts): string[] {
  return [
    facts.place === null ? [] : [`Place: ${facts.place}`],
    facts.days === null ? [] : [`Length: ${facts.days} ${facts.days === 1 ? 'day' : 'days'}`],
    facts.people === null ? [] : [`People: ${facts.people}`],
    facts.money === null ? [] : [`Budget: ${formatMoney(facts.money)}`],
    facts.subjects.length === 0 ? [] : [`Named in the goal: ${facts.subjects.join(', ')}`],
  ].flat();
}
