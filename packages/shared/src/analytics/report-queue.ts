/**
 * Reports that take a while, for callers who wait for them.
 *
 * 1. As many are made at once as `atOnce` says; the others begin in the order in which they were asked for.
 * 2. Whoever asks while `mostWaiting` wait is told so at once.
 * 3. Whoever no longer wants one, by its signal, gives up its place; one that has begun gives it up when it ends.
 */
export class TooManyReports extends Error {
  override readonly name = 'TooManyReports';

  constructor() {
    super('As many reports are being made as this process makes at a time.');
  }
}

export interface ReportQueue {
  /** Rejects with {@link TooManyReports}, with the signal's reason, and as `make` does. */
  run<Report>(make: () => Promise<Report>, signal: AbortSignal): Promise<Report>;
}

export function openReportQueue(atOnce: number, mostWaiting: number): ReportQueue {
  const waiting: (() => void)[] = [];
  let running = 0;

  function turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        const place = waiting.indexOf(begin);
        if (place >= 0) waiting.splice(place, 1);
        reject(signal.reason as Error);
      };
      const begin = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      signal.addEventListener('abort', leave, { once: true });
      waiting.push(begin);
    });
  }

  return {
    async run(make, signal) {
      signal.throwIfAborted();
      if (running < atOnce) running += 1;
      else {
        if (waiting.length >= mostWaiting) throw new TooManyReports();
        // Whoever ends hands its place on.
        await turn(signal);
      }
      try {
        return await make();
      } finally {
        const next = waiting.shift();
        if (next) next();
        else running -= 1;
      }
    },
  };
}
