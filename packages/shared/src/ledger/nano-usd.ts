/** Costs are counted in whole billionths of a US dollar, so that sums are exact. */
const NANO_DOLLARS = 1e9;

export function nanoUsdOf(usd: number): number {
  return Math.round(usd * NANO_DOLLARS);
}

export function usdOf(nanoUsd: number): number {
  return nanoUsd / NANO_DOLLARS;
}
