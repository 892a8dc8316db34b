/** @typedef {{ median: number, least: number, most: number }} Spread */

/**
 * The value below which `share` (0 to 1) of the values lie, interpolated. Throws on no values: a median of nothing is a mistake.
 * @param {readonly number[]} values
 * @param {number} share
 */
export function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)];
  const above = sorted[Math.ceil(place)];
  if (below === undefined || above === undefined) throw new RangeError('There is no quantile of no values.');
  return below + (above - below) * (place - Math.floor(place));
}

/** @param {readonly number[]} values @returns {Spread} */
export function spreadOf(values) {
  return { median: quantile(values, 0.5), least: Math.min(...values), most: Math.max(...values) };
}

/**
 * Of pairs that were measured one right after the other: first / second, pair by pair.
 * @param {readonly number[]} first
 * @param {readonly number[]} second
 */
export function pairedRatios(first, second) {
  if (first.length !== second.length) {
    throw new RangeError(`Ratios need pairs: ${first.length} and ${second.length} values were given.`);
  }
  return spreadOf(first.map((value, pair) => value / (second[pair] ?? NaN)));
}

/** @param {readonly number[]} values */
export function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
