const NUMBER_WORDS = [
  'zero',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
];
const COUNT = `\\d{1,3}|an?|couple of|${NUMBER_WORDS.join('|')}`;
const DAYS = new RegExp(`\\b(?<count>${COUNT})[ -](?:full )?(?<unit>day|night|week|weekend|month)s?\\b`, 'i');
const PEOPLE = new RegExp(
  `\\b(?:for|of|party of|family of|group of)\\s+(?<count>${COUNT})(?:\\s+(?<what>people|persons|adults|friends|travell?ers|guests|of us))?(?=$|[\\s,.;:!?])(?!\\s+(?:[-\\w]+\\s+)?(?:days?|nights?|weeks?|months?|years?|hours?|euros?|dollars?|pounds?|francs?|yen|projects|workstreams|sections|chapters|versions|approaches|competitors))`,
  'gi',
);
const DAYS_PER = new Map([
  ['day', 1],
  ['night', 1],
  ['week', 7],
  ['weekend', 2],
  ['month', 30],
]);

/** Days of the first span of time a text names; null when it names none. N nights are N + 1 days. */
export function findDays(text: string): number | null {
  const groups = DAYS.exec(text)?.groups;
  if (groups === undefined) return /\bweekend\b/i.test(text) ? 2 : null;
  const unit = (groups['unit'] ?? 'day').toLowerCase();
  const count = numberOf(groups['count'] ?? '');
  const days = count * (DAYS_PER.get(unit) ?? 1) + (unit === 'night' ? 1 : 0);
  return days >= 1 ? days : null;
}

/** How many people a text speaks of ("for two", "family of four", "a couple"); null when it does not say. */
export function findPeople(text: string): number | null {
  const counted = [...text.matchAll(PEOPLE)].find(
    ({ groups }) => groups?.['what'] !== undefined || !/^an?$/i.test(groups?.['count'] ?? ''),
  );
  const count = numberOf(counted?.groups?.['count'] ?? '');
  if (count >= 1) return count;
  if (/\b(?:for|as) a couple\b/i.test(text)) return 2;
  return /\b(?:solo|alone|by myself)\b/i.test(text) ? 1 : null;
}

/** The number before one of these nouns, such as 5 in "the five largest cities"; null when there is none. */
export function findCount(text: string, nouns: readonly string[]): number | null {
  const words = nouns.map((noun) => noun.replaceAll(/[^\p{L}-]/gu, '')).filter((noun) => noun !== '');
  if (words.length === 0) return null;
  const pattern = new RegExp(
    `\\b(?<count>\\d{1,3}|${NUMBER_WORDS.join('|')}) (?:[\\p{L}-]+ ){0,2}(?:${words.join('|')})(?![\\p{L}])`,
    'iu',
  );
  const count = numberOf(pattern.exec(text)?.groups?.['count'] ?? '');
  return Number.isInteger(count) && count >= 1 ? count : null;
}

/** 3 as `three-day`, 15 as `15-day`. */
export function dayCount(days: number): string {
  return `${countWord(days)}-day`;
}

export function countWord(count: number): string {
  return NUMBER_WORDS[count] ?? String(count);
}

function numberOf(text: string): number {
  const word = text.toLowerCase();
  if (word === 'a' || word === 'an') return 1;
  if (word === 'couple of') return 2;
  const index = NUMBER_WORDS.indexOf(word);
  return index === -1 ? Number(word) : index;
}
