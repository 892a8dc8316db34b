/** A part of a budget, in cents. */
export interface Share {
  readonly name: string;
  readonly cents: number;
}

/**
 * Splits `cents` by weight so that the parts add up exactly, in whole units of money where the total is whole and
 * large enough; what rounding leaves goes to the parts that lost most by it.
 */
export function splitMoney(cents: number, weights: ReadonlyArray<readonly [string, number]>): Share[] {
  const unit = cents % 100 === 0 && cents >= weights.length * 10_000 ? 100 : 1;
  const units = cents / unit;
  const total = weights.reduce((sum, [, weight]) => sum + weight, 0);
  const exact = weights.map(([, weight]) => (units * weight) / total);
  const whole = exact.map((value) => Math.floor(value));
  const left = units - whole.reduce((sum, value) => sum + value, 0);
  const byLoss = exact
    .map((value, index) => ({ index, loss: value - Math.floor(value) }))
    .toSorted((a, b) => b.loss - a.loss || a.index - b.index)
    .slice(0, left)
    .map((entry) => entry.index);
  const roundedUp = new Set(byLoss);
  return weights.map(([name], index) => ({
    name,
    cents: ((whole[index] ?? 0) + (roundedUp.has(index) ? 1 : 0)) * unit,
  }));
}
