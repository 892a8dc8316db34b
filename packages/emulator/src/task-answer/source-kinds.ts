/** Where a kind of question is usually settled; a place to look, not a fact. */
const SOURCES: ReadonlyArray<readonly [RegExp, string]> = [
  [/\b(?:close together|travel|map|neighbourhoods?)\b/i, 'a map of the place'],
  [/\b(?:costs?|prices?|cheap\w*|fees?|budget)\b/i, 'the price lists of at least two providers'],
  [/\b(?:book\w*|opening|time|hours|schedule)\b/i, "the operators' own pages"],
  [/\b(?:strengths?|limits?|weakness\w*|approach\w*|mistakes?)\b/i, "independent tests and users' reports"],
  [/\b(?:conditions?|needs?|constraints?|standards?)\b/i, 'site data and the standards that apply'],
  [/\b(?:law|legal|policy|contract|passage|quote)\b/i, 'the text itself, clause by clause'],
  [/\b(?:wants?|audience|customers?|everyone|nobody)\b/i, 'interviews and the reviews that customers write'],
  [/\b(?:disputed|unknown|findings?|confidence)\b/i, 'two sources that do not rest on each other'],
];

export function sourceFor(question: string): string {
  return SOURCES.find(([pattern]) => pattern.test(question))?.[1] ?? 'two independent sources';
}
