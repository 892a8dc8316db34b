import { pino, type Logger, type LoggerOptions } from 'pino';
import { errorParts } from './error-parts.ts';
import { tellableLine } from './log-fields.ts';
import { activeIds } from './tracing.ts';

export type { Logger } from 'pino';

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

// A process that writes to a pipe starts without it.
const pretty = process.stdout.isTTY ? (await import('./pretty-lines.ts')).PinoPretty : null;

/** Where lines go in place of stdout. */
export interface LogSink {
  write(line: string): void;
}

function optionsOf(name: string, level: LogLevel): LoggerOptions {
  return {
    name,
    level,
    base: { name },
    mixin: () => ({ ...activeIds() }),
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: errorParts },
    hooks: {
      // An error alone would be told by its message, and values would be written into the message's places.
      logMethod([first, message], method) {
        const words = typeof message === 'string' ? message : '';
        if (typeof first === 'string') method.call(this, first);
        else if (first instanceof Error) method.call(this, { err: first }, words);
        else method.call(this, first, words);
      },
      streamWrite: tellableLine,
    },
  };
}

/**
 * JSON lines on a pipe, pretty on a terminal, on stdout unless a sink is given. Only known fields are written, and of
 * errors only known parts (log-fields.ts, error-parts.ts); values for places in the message are not.
 */
export function createLogger(name: string, level: LogLevel, sink?: LogSink): Logger {
  const options = optionsOf(name, level);
  if (sink) return pino(options, sink);
  return pretty ? pino(options, pretty({ sync: true, ignore: 'name' })) : pino(options);
}
