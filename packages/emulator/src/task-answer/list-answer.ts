import type { TaskPrompt } from '../answer/prompt.ts';
import { SIMULATED_LINE } from '../answer/simulated.ts';
import { findCount } from '../goal/counts.ts';
import { readGoal } from '../goal/goal-facts.ts';
import { capitalise, shorten } from '../goal/wording.ts';

const ASKS_FOR_LIST =
  /\b(?:one(?: [\p{L}-]+)? per line|(?:plain|markdown|bullet(?:ed)?|numbered) list|as a list|nothing but the list|JSON (?:array|list))\b/iu;
const ASKS_FOR_JSON = /\bJSON (?:array|list)\b/i;
/** What a description names after a colon: "…as a plain markdown list: costs; risks. The goal: …". */
const NAMED = /\b(?:list|line|array|these|following):\s*(?<items>[^\n]+?)(?:\.\s|\.?$)/imu;
const NOUN =
  /\b(?:list|name|find|collect)(?: me| all| the| of| every| up to| exactly| at least| about| some)*(?: \d{1,3}| two| three| four| five| six| seven| eight| nine| ten)?(?: \p{L}+)?? (?<noun>\p{L}{3,})(?=[\s,.;:]|$)/iu;
const SECTIONS = [
  'Background',
  'Present state',
  'Options',
  'Costs and effort',
  'Risks',
  'Outlook',
  'Open questions',
  'Next steps',
];
const ORDINALS = [
  'First',
  'Second',
  'Third',
  'Fourth',
  'Fifth',
  'Sixth',
  'Seventh',
  'Eighth',
  'Ninth',
  'Tenth',
];
const DEFAULT_COUNT = 4;
const MOST_ITEMS = 20;

/** A list and nothing else, for a task that is to give one; null for any other task. */
export function listAnswer(prompt: TaskPrompt): string | null {
  const wanted = [prompt.description, ...prompt.requirements].join('\n');
  if (!ASKS_FOR_LIST.test(wanted)) return null;
  const items = itemsFor(prompt, wanted);
  if (ASKS_FOR_JSON.test(wanted)) return JSON.stringify(items);
  const isNumbered = /\bnumbered list\b/i.test(wanted);
  const lines = items.map((item, index) => `${isNumbered ? `${index + 1}.` : '-'} ${item}`);
  return [...lines, '', SIMULATED_LINE].join('\n');
}

/** Those that the description names; else as many as are asked for, by number where the emulator knows no names. */
function itemsFor({ description, goal }: TaskPrompt, wanted: string): string[] {
  const named = NAMED.exec(description)?.groups?.['items'] ?? '';
  const items = named
    .split(named.includes(';') ? /\s*;\s*/ : /\s*,\s*(?:and\s+)?|\s+and\s+/)
    .filter((item) => item !== '');
  if (items.length >= 2) return items.slice(0, MOST_ITEMS).map((item) => shorten(item, 120));
  const noun = NOUN.exec(description)?.groups?.['noun']?.toLowerCase() ?? 'items';
  const isSections = /^(?:sections?|chapters?|parts?)$/.test(noun);
  const counted = findCount(wanted, [noun]) ?? findCount(readGoal(goal).goal, [noun]);
  const count = Math.min(counted ?? DEFAULT_COUNT, isSections ? SECTIONS.length : MOST_ITEMS);
  if (isSections) return SECTIONS.slice(0, count);
  const one = noun.replace(/ies$/, 'y').replace(/(?<!s)s$/, '');
  return Array.from({ length: count }, (_, index) =>
    capitalise(`${ORDINALS[index] ?? `${index + 1}th`} ${one}`),
  );
}
