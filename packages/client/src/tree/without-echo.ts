/** A task's reason without the goal's own reason for ending early at its end, which is told once for all tasks. */
export function withoutEcho(reason: string, finishedEarly: string | null): string {
  const echo = `: ${finishedEarly ?? ''}`;
  return finishedEarly !== null && reason.endsWith(echo) ? `${reason.slice(0, -echo.length)}.` : reason;
}
