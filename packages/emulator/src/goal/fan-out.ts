import { findCount } from './counts.ts';
import type { GoalFacts } from './goal-facts.ts';
import { cut } from './wording.ts';

/** What a goal wants done once for each thing of a kind: `{one: 'country', many: 'countries'}`. */
export interface FanOut {
  readonly one: string;
  readonly many: string;
}

const EACH =
  /\b(?:each|every)(?: one)?(?: of(?: the| its| our| my| these| those)?)?(?: (?:\d{1,3}|two|three|four|five|six|seven|eight|nine|ten|twelve))?(?<adjectives>(?: (?:largest|biggest|main|major|leading|most important|key|relevant|planned|nearby|neighbouring|european))*) (?<noun>\p{L}{3,30})\b/iu;
/** Spans of time, and words after "each" that name no thing to go through. */
const NO_THING =
  /^(?:days?|nights?|weeks?|months?|years?|hours?|minutes?|mornings?|afternoons?|evenings?|times?|other|single|and|with|for|that|which|who|thing|word|of|from|per|has|have|can|must|should|will|may|gets?|needs?|one)$/i;
const SECTIONED =
  /\b(?:section by section|chapter by chapter|by sections?|by chapters?|in (?:\w+ )?(?:sections|chapters)|(?:with|has|have|having|plan (?:the|its)|of) (?:(?:\w+|\d+) )?(?:sections|chapters))\b/i;
const PROJECTS =
  /\b(?:several|many|two|three|four|five|\d{1,2}|large|big|separate|parallel)(?: (?:large|big|separate|parallel|independent|connected|major))* (?:projects|sub-?projects|workstreams)\b/i;
const PROGRAMME = /\b(?:programme|program of)\b/i;
const IRREGULAR = new Map([
  ['people', 'person'],
  ['children', 'child'],
  ['criteria', 'criterion'],
  ['analyses', 'analysis'],
]);
const MAX_READ = 4_000;

/** Null when the goal asks for nothing of the sort. Sections come before any other thing. */
export function findFanOut(goal: string): FanOut | null {
  const text = cut(goal, MAX_READ);
  if (SECTIONED.test(text)) {
    return /\bchapters?\b/i.test(text)
      ? { one: 'chapter', many: 'chapters' }
      : { one: 'section', many: 'sections' };
  }
  const noun = EACH.exec(text)?.groups?.['noun'];
  if (noun === undefined || NO_THING.test(noun)) return null;
  const one = singular(noun.toLowerCase());
  return { one, many: plural(one) };
}

/** Whether a goal clearly asks for several large projects at once. */
export function isProgramme(facts: GoalFacts): boolean {
  const text = cut(facts.goal, MAX_READ);
  return PROJECTS.test(text) || (PROGRAMME.test(text) && facts.subjects.length >= 2);
}

/** How many things of a kind the goal speaks of ("five competitors", "in four sections"); null when it does not say. */
export function countOf(fanOut: FanOut, goal: string): number | null {
  return findCount(cut(goal, MAX_READ), [fanOut.one, fanOut.many]);
}

function singular(noun: string): string {
  const known = IRREGULAR.get(noun);
  if (known !== undefined) return known;
  if (noun.endsWith('ies')) return `${noun.slice(0, -3)}y`;
  if (/(?:ss|us|is)$/.test(noun)) return noun;
  if (/(?:ch|sh|x|ss)es$/.test(noun)) return noun.slice(0, -2);
  return noun.replace(/s$/, '');
}

function plural(noun: string): string {
  const known = [...IRREGULAR].find(([, one]) => one === noun)?.[0];
  if (known !== undefined) return known;
  if (/[^aeiou]y$/.test(noun)) return `${noun.slice(0, -1)}ies`;
  return /(?:s|x|ch|sh)$/.test(noun) ? `${noun}es` : `${noun}s`;
}
