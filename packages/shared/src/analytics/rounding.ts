/** To thousandths. */
export function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}

/** From 0 to 1, to ten-thousandths; 0 of nothing. */
export function shareOf(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((part / whole) * 10_000) / 10_000;
}

export function meanOf(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  return rounded(values.reduce((sum, value) => sum + value, 0) / values.length);
}

/** For sorting texts, whatever the language of the machine is. */
export function inOrder(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
