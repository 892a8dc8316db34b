import { z } from 'zod';

const NAME = /^[!#$%&'*+.^_`|~\w-]+$/;
/** `fetch` would throw an error that quotes other values, and they may be keys. */
const VALUE = /^[\t\u0020-\u007e]*$/;
const MOST_HEADERS = 50;

/** Headers that say how a request is sent: whoever sends it sets them. */
const framing: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'content-type',
  'host',
  'transfer-encoding',
]);

const asJson = z.record(z.string(), z.string());

function pairsOf(text: string): readonly (readonly [string, string])[] | null {
  if (text.trimStart().startsWith('{')) {
    try {
      const parsed = asJson.safeParse(JSON.parse(text));
      return parsed.success ? Object.entries(parsed.data) : null;
    } catch {
      return null;
    }
  }
  const parts = text.split(';').filter((part) => part.trim() !== '');
  if (parts.some((part) => !part.includes(':'))) return null;
  return parts.map((part) => {
    const colon = part.indexOf(':');
    return [part.slice(0, colon).trim(), part.slice(colon + 1).trim()] as const;
  });
}

function problemOf(pairs: readonly (readonly [string, string])[]): string | null {
  if (pairs.length === 0) return 'names no header';
  if (pairs.length > MOST_HEADERS) return `names more than ${MOST_HEADERS} headers`;
  const names = new Set<string>();
  for (const [given, value] of pairs) {
    const name = given.toLowerCase();
    if (!NAME.test(name)) return 'holds a header name that is none';
    if (framing.has(name)) return `must not set ${name}`;
    if (names.has(name)) return `names ${name} twice`;
    if (value === '' || !VALUE.test(value))
      return `gives ${name} a value that is empty or holds characters beyond ASCII`;
    names.add(name);
  }
  return null;
}

/** `name: value` pairs with `;` between them, or a JSON object of texts → the values by lowercase name. Messages never quote a value. */
export const headerList = z.string().transform((text, context): Readonly<Record<string, string>> => {
  const pairs = pairsOf(text);
  const problem =
    pairs === null
      ? 'must be "name: value" pairs with ";" between them, or a JSON object of texts'
      : problemOf(pairs);
  if (pairs === null || problem !== null) {
    // `input` would be the secret.
    context.issues.push({ code: 'custom', input: undefined, message: problem ?? '' });
    return z.NEVER;
  }
  return Object.freeze(Object.fromEntries(pairs.map(([name, value]) => [name.toLowerCase(), value])));
});
