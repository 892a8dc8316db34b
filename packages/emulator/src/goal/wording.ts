const LEADING_VERB =
  /^(?:please\s+)?(?:(?:can|could|would) you\s+)?(?:i(?:'d| would)? (?:want|like|need)(?: you)? to\s+|help me(?: to)?\s+|let's\s+)?(?:plan|compare|write|create|make|build|develop|research|investigate|study|analy[sz]e|review|audit|design|draft|prepare|produce|implement|explain|summari[sz]e|find|choose|evaluate|assess|organi[sz]e|propose|generate|give me|describe|decide|pick|recommend|split|check|list|work|set|merge|do)\s+(?:out\s+|up\s+|about\s+|between\s+|down\s+|whether\s+|on\s+)?(?:me\s+|us\s+)?/i;
const STOP_WORDS = new Set(
  'a an and any are as at be been by can do does each for from had has have how in into is it its make more must no not of on one or our out should so such than that the their them then there these they this to two up use was we what when where which who will with would you your every all per keep give say name'.split(
    ' ',
  ),
);

/** A text in one line, cut at a word with an ellipsis when it is longer than `limit` characters. */
export function shorten(text: string, limit: number): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  if (line.length <= limit) return line;
  const head = cut(line, limit - 1);
  const space = head.lastIndexOf(' ');
  return `${(space > limit / 2 ? head.slice(0, space) : head).replace(/[\s,;:.–-]+$/u, '')}…`;
}

/** At most `limit` UTF-16 units of a text, never half a character. */
export function cut(text: string, limit: number): string {
  return text.slice(0, limit).replace(/[\uD800-\uDBFF]$/, '');
}

/** What a goal is about: the goal without its verb and its final stop. */
export function topicOf(goal: string): string {
  const firstLine = goal.trim().split('\n')[0] ?? '';
  const sentence = /^.{12,}?[.!?](?=\s+\p{Lu})/u.exec(firstLine)?.[0] ?? firstLine;
  const topic = sentence
    .replace(LEADING_VERB, '')
    .replace(/^(?:an?|the|An?(?= (?!and |or |vs))|The)\s+/, '')
    .replace(/[\s.!?:;]+$/, '');
  return shorten(topic === '' ? sentence : topic, 90);
}

export function capitalise(text: string): string {
  const first = text.codePointAt(0);
  if (first === undefined) return text;
  const letter = String.fromCodePoint(first);
  return letter.toUpperCase() + text.slice(letter.length);
}

/** Lower-cases the first letter, unless the first word looks like a name or an acronym. */
export function uncapitalise(text: string): string {
  return /^\p{Lu}\p{Ll}/u.test(text) ? text.slice(0, 1).toLowerCase() + text.slice(1) : text;
}

/** A fragment of a task id: lower-case ASCII words joined by "-"; may be empty. */
export function slug(text: string): string {
  const ascii = text
    .normalize('NFKD')
    .replaceAll(/[^\p{ASCII}]/gu, '')
    .toLowerCase();
  const words = ascii.match(/[a-z\d]+/g) ?? [];
  const kept = words.filter((word) => !['a', 'an', 'the', 'of', 'and', 'for'].includes(word)).slice(0, 4);
  return (kept.length === 0 ? words.slice(0, 1) : kept).join('-').slice(0, 32).replace(/-+$/, '');
}

/** `['a', 'b', 'c']` as `a, b and c`. */
export function listed(items: readonly string[]): string {
  if (items.length <= 1) return items[0] ?? '';
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`;
}

/** The words of a text that carry meaning, lower-cased and cut to their stem's first letters. */
export function keywords(text: string): Set<string> {
  const words = text.toLowerCase().match(/[\p{L}\d]{3,}/gu) ?? [];
  return new Set(words.filter((word) => !STOP_WORDS.has(word)).map((word) => word.slice(0, 6)));
}

/** The share of `needle`'s keywords that `haystack` has, 0 to 1; 0 when there are none. */
export function coverage(needle: string, haystack: string): number {
  return keywordShare(keywords(needle), keywords(haystack));
}

/** {@link coverage} of keywords already found. */
export function keywordShare(wanted: ReadonlySet<string>, there: ReadonlySet<string>): number {
  if (wanted.size === 0) return 0;
  return [...wanted].filter((word) => there.has(word)).length / wanted.size;
}
