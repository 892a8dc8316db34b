/**
 * The text that two goals share when they ask for the same: white space, case, forms of one character (NFKC) and
 * punctuation at the end make no difference. For comparing alone, never for showing.
 */
export function normalisedGoal(text: string): string {
  const spaced = text.normalize('NFKC').toLowerCase().replaceAll(/\s+/gu, ' ');
  let end = spaced.length;
  while (end > 0 && ' .!?'.includes(spaced.charAt(end - 1))) end -= 1;
  return spaced.slice(0, end).trimStart();
}
