import { findCount } from '../goal/counts.ts';

/** Manners of writing, and what each is told. */
const MANNERS: Readonly<Record<string, string>> = {
  formal: 'measured and exact, with no exclamation marks',
  conversational: 'as one would tell a friend, in short sentences',
  technical: 'what it does and by which means, figures first',
  'story-led': 'one person, one moment, one change',
  bold: 'one claim that nobody else makes, and its proof',
};
const OTHER_MANNERS =
  /(?<![\w-])(?:playful|emotional|luxurious|minimalist|humorous|friendly|professional|persuasive|urgent|inspiring|factual)(?![\w-])/gi;
const COUNTED = ['versions', 'variants', 'variations', 'approaches', 'tones', 'styles', 'manners'];
const MOST = 5;

/** What a manner of writing asks for. */
export function mannerOf(name: string): string {
  return Object.hasOwn(MANNERS, name) ? (MANNERS[name] ?? name) : `every sentence is ${name}`;
}

/** The manners that a goal names. */
export function mannersIn(goal: string): string[] {
  const known = Object.keys(MANNERS).filter((manner) =>
    new RegExp(`(?<![\\w-])${manner}(?![\\w-])`, 'i').test(goal),
  );
  const others = (goal.match(OTHER_MANNERS) ?? []).map((manner) => manner.toLowerCase());
  return [...new Set([...known, ...others])].slice(0, MOST);
}

/** The manners that a goal names; failing that as many of the usual ones as it asks for, three unless it says. */
export function mannersFor(goal: string): string[] {
  const named = mannersIn(goal);
  if (named.length >= 2) return named;
  const all = [...new Set([...named, ...Object.keys(MANNERS)])];
  return all.slice(0, Math.max(2, Math.min(findCount(goal, COUNTED) ?? 3, MOST)));
}
