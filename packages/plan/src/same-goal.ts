/**
 * The text that two goals share when they ask for the same: white space, case, forms of one character (NFKC) and
 * punctuation at the end make no difference. For comparing alone, never for showing.
 */
export function normalisedGoal(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/\s+/gu, ' ')
    .replace(/[\s.!?]+$/u, '')
    .trimStart();
}
