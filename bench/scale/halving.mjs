/** How far a drain may be from half of that with half the slots. */
export const TOLERANCE = 0.1;

/**
 * A backlog taken down by so many slots.
 * @typedef {object} Drain
 * @property {number} processes
 * @property {number} slots
 * @property {number} tasks
 * @property {number} seconds from the first start of a task to the last end
 * @property {number} idealSeconds slots that are never empty would take
 * @property {number} medianTaskMs from its start to its end
 * @property {number} coresUsed on average, by Baton and the emulator; NaN where that is not known
 * @property {number} othersCores by whatever else ran on the machine, Redis and this client too
 */

/**
 * Each drain against the one before it: 1 is exactly as much faster as there are more slots, 1.1 is 10 % longer than that.
 * @param {readonly Drain[]} drains the fewest slots first
 * @returns {number[]} one fewer than there are drains
 */
export function ratiosToIdeal(drains) {
  /** @param {Drain} drain */
  const slotSeconds = ({ seconds, slots }) => seconds * slots;
  const all = drains.map(slotSeconds);
  return all.slice(1).map((each, index) => each / (all[index] ?? NaN));
}

/** @param {readonly Drain[]} drains @returns {boolean} */
export function scales(drains) {
  return ratiosToIdeal(drains).every((ratio) => Math.abs(ratio - 1) <= TOLERANCE);
}
