/** The start of the character at `at`, in UTF-16 units: `at` itself, unless that is in the middle of one. */
export function characterStart(text: string, at: number): number {
  const isMiddle = isIn(text.charCodeAt(at), 0xdc00, 0xdfff) && isIn(text.charCodeAt(at - 1), 0xd800, 0xdbff);
  return isMiddle ? at - 1 : at;
}

/** At most `limit` UTF-16 units of a text from `offset`, whole characters only. `limit` is 2 at least. */
export function slice(text: string, offset: number, limit: number): string {
  const from = characterStart(text, offset);
  return text.slice(from, characterStart(text, from + limit));
}

/** Of a text that becomes one line, so many times the line's characters are looked at: texts may be megabytes. */
const LOOKED_AT = 4;

/** One line of at most `limit` characters; what is left out shows as "…". */
export function oneLine(text: string, limit: number): string {
  const looked = slice(text, 0, limit * LOOKED_AT);
  const line = looked.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
  const isWhole = line.length <= limit && looked.length === text.length;
  return isWhole ? line : `${slice(line, 0, limit - 1)}…`;
}

function isIn(unit: number, least: number, most: number): boolean {
  return unit >= least && unit <= most;
}
