/** Characters of a pattern. */
export const MOST_PATTERN_CHARACTERS = 200;
/** Characters of a message that are looked at. */
const LOOKED_AT = 2_000;

/** What differs between two messages of one cause; the order counts. */
const variable: readonly (readonly [RegExp, string])[] = [
  [/\bhttps?:\/\/[^\s)"',]+/gi, '<url>'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<id>'],
  [/\b\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?/g, '<time>'],
  [/\b[a-z]{2,12}_(?=[A-Za-z0-9_]*\d)[A-Za-z0-9_]{8,}\b/g, '<id>'],
  [/\b(?=[0-9a-f]*\d)[0-9a-f]{12,}\b/gi, '<id>'],
  [/"[^"\n]*"/g, '"…"'],
  [/`[^`\n]*`/g, '`…`'],
  [/(?<![\w-])-?\d[\d,._]*(?<=\d)(?![\w-])/g, '<n>'],
  [/\s+/g, ' '],
];

/**
 * A message without what differs from one time to the next: numbers, times, addresses, ids and what stands in quotes. Messages of
 * one cause have one pattern; statuses such as `http_503` and words keep what they are.
 */
export function messagePattern(message: string): string {
  let pattern = message.slice(0, LOOKED_AT);
  for (const [what, name] of variable) pattern = pattern.replace(what, name);
  pattern = pattern.trim();
  if (pattern.length <= MOST_PATTERN_CHARACTERS) return pattern;
  return `${pattern.slice(0, MOST_PATTERN_CHARACTERS - 1)}…`;
}
