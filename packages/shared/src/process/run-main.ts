import { EXIT_CONFIGURATION } from '../settings/environment.ts';
import { SetupError } from '../settings/setup-error.ts';
import type { Logger } from '../telemetry/logger.ts';

export interface Running {
  readonly logger: Logger;
  /** How long work in hand may take to end after a signal, in ms. */
  readonly graceMs: number;
  /** Drains and closes everything. */
  stop(): Promise<void>;
}

/** What closing may take beyond the grace, in ms: without Redis it would never end. */
const CLOSING_TIME = 5_000;

function stopOnSignal({ logger, graceMs, stop }: Running): void {
  let stopping = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (stopping) process.exit(1);
    stopping = true;
    logger.info({ signal }, 'stopping');
    setTimeout(() => {
      logger.error('stopping took too long: leaving what is left for others to take over');
      process.exit(1);
    }, graceMs + CLOSING_TIME).unref();
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, 'stopping failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

/**
 * A process's life: `start` it, drain on SIGTERM or SIGINT and exit 0, leave at once on a second signal. A fault in the
 * set-up is told on stderr in words and exits 78; any other failure to start exits 1.
 */
export async function runMain(start: () => Promise<Running>): Promise<void> {
  try {
    stopOnSignal(await start());
  } catch (error) {
    const isSetupFault = error instanceof SetupError;
    process.stderr.write(`${isSetupFault ? error.message : String((error as Error).stack ?? error)}\n`);
    process.exit(isSetupFault ? EXIT_CONFIGURATION : 1);
  }
}
