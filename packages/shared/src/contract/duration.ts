const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const DURATION = /^(\d{1,12})(ms|s|m|h|d)$/;

/** A duration such as `30s` or `5m` in ms, or null when the text is none. */
export function durationMs(text: string): number | null {
  const [, count, unit] = DURATION.exec(text) ?? [];
  return unit === undefined ? null : Number(count) * unitMs[unit as keyof typeof unitMs];
}

/** The shortest writing of a duration: 90000 is `90s`. */
export function durationText(ms: number): string {
  const fitting = Object.entries(unitMs).findLast(([, length]) => ms >= length && ms % length === 0);
  const [unit, length] = fitting ?? ['ms', 1];
  return `${ms / length}${unit}`;
}
