import { EXIT_CONFIGURATION } from '../settings/environment.ts';
import { SetupError } from '../settings/setup-error.ts';
import { errorParts } from '../telemetry/error-parts.ts';
import type { Logger } from '../telemetry/logger.ts';
import { withoutSecretsOfUrls } from '../telemetry/safe-words.ts';

export interface Running {
  readonly logger: Logger;
  /** Settles when the process does its work, or can't: it may have to wait for Redis. */
  readonly ready: Promise<void>;
  /** How long work in hand may take to end after a signal, in ms. */
  readonly graceMs: number;
  /** Drains and closes everything. */
  stop(): Promise<void>;
}

function wordsOf(error: unknown): string {
  const { name, message, stack = '' } = errorParts(error);
  return `${name}: ${message}\n${stack}\n`;
}

/** What closing may take beyond the grace, in ms: without Redis it would never end. */
const CLOSING_TIME = 5_000;

/**
 * A process's life: `start` it, drain on SIGTERM or SIGINT and exit 0, leave at once on a second signal. A signal during
 * the start is kept until there is something to drain. A fault in the set-up is told on stderr in words and exits 78, be
 * it found at once or when Redis answers at last; any other failure to start exits 1.
 */
export async function runMain(start: () => Promise<Running>): Promise<void> {
  let running: Running | null = null;
  let signalled = false;

  async function stop({ logger, stop: drain }: Running): Promise<void> {
    try {
      await drain();
      process.exit(0);
    } catch (error) {
      logger.error({ err: error }, 'stopping failed');
      process.exit(1);
    }
  }

  function onSignal(signal: NodeJS.Signals): void {
    if (signalled) process.exit(1);
    signalled = true;
    running?.logger.info({ signal }, 'stopping');
    setTimeout(
      () => {
        running?.logger.error('stopping took too long: leaving what is left for others to take over');
        process.exit(1);
      },
      (running?.graceMs ?? 0) + CLOSING_TIME,
    );
    if (running) void stop(running);
  }

  // Node would print the error as it is.
  process.on('uncaughtException', (error) => {
    if (running) running.logger.fatal({ err: error }, 'a fault that nothing caught: leaving');
    else process.stderr.write(wordsOf(error));
    process.exit(1);
  });
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  try {
    running = await start();
    if (signalled) await stop(running);
    await running.ready;
  } catch (error) {
    // What stops waits for nothing any more.
    if (running && signalled) return;
    const isSetupFault = error instanceof SetupError;
    process.stderr.write(isSetupFault ? `${withoutSecretsOfUrls(error.message)}\n` : wordsOf(error));
    process.exit(isSetupFault ? EXIT_CONFIGURATION : 1);
  }
}
