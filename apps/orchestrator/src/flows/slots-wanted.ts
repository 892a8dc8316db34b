/** What is known of a worker type now. */
export interface Demand {
  /** Jobs that any free slot may take; those that were put back for a moment of their own are not among them. */
  readonly waiting: number;
  /** Jobs that run. */
  readonly active: number;
  /** Of its live workers. */
  readonly slots: number;
  /** Its queue was paused by somebody: no slot takes anything. */
  readonly isPaused: boolean;
  /** Calls of its model wait for the model's limits, or none may go out. */
  readonly isHeldBack: boolean;
}

/**
 * Slots of a worker type that would be used at once if they were there.
 *
 * While its model's limits hold calls back, further slots would only hold jobs that wait for the model: no more are wanted than there
 * are. Where there are none, one is: nobody would find out otherwise when calls go out again.
 */
export function slotsWanted({ waiting, active, slots, isPaused, isHeldBack }: Demand): number {
  if (isPaused) return active;
  const usable = active + waiting;
  return isHeldBack ? Math.min(usable, Math.max(slots, 1)) : usable;
}
