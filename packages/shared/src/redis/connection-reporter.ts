import { inShort } from '../telemetry/error-parts.ts';
import type { Logger } from '../telemetry/logger.ts';

/** The same trouble is told once in so many ms: in an outage every connection has it, again and again. */
const QUIET = 10_000;

/** Reports the errors of all of a process's connections and queues, which recover by themselves. */
export function connectionReporter(logger: Logger, now: () => number = Date.now): (error: Error) => void {
  const toldAt = new Map<string, number>();
  return (error) => {
    const at = now();
    const told = toldAt.get(error.message);
    if (told !== undefined && at - told < QUIET) return;
    for (const [message, time] of toldAt) if (at - time >= QUIET) toldAt.delete(message);
    toldAt.set(error.message, at);
    logger.warn({ error: inShort(error) }, 'redis trouble: trying again');
  };
}
