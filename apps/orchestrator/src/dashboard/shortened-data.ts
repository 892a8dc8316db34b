/** Characters of a text, items of a list and levels of a structure that the dashboard shows. */
const MOST_CHARACTERS = 200;
const MOST_ITEMS = 20;
const DEEPEST = 6;

/** Fields whose values are never shown; Baton's jobs have none, a worker type's result may. */
const SECRET = /passw|secret|api_?key|authorization|credential|access_?token/i;

export function shortenedText(text: string, most = MOST_CHARACTERS): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most).trimEnd()}… (${text.length.toLocaleString('en')} characters)`;
}

/** A job's data, result or progress, fit to be looked at: nothing long, nothing secret. */
export function shortenedData(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return shortenedText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEEPEST) return '…';
  if (Array.isArray(value)) {
    const shown = value.slice(0, MOST_ITEMS).map((item) => shortenedData(item, depth + 1));
    return value.length <= MOST_ITEMS ? shown : [...shown, `… (${value.length} items)`];
  }
  const entries = Object.entries(value);
  const shown = entries
    .slice(0, MOST_ITEMS)
    .map(([name, item]) => [name, SECRET.test(name) ? '(hidden)' : shortenedData(item, depth + 1)]);
  if (entries.length > MOST_ITEMS) shown.push(['…', `${entries.length} fields`]);
  return Object.fromEntries(shown);
}
