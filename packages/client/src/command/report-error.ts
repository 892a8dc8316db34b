import { BatonError, ConnectionError } from '../errors.ts';
import { UsageError } from './command.ts';
import { CRASHED, Interruption, NO_SERVER, USAGE } from './exit-code.ts';

export interface ErrorReport {
  readonly exitCode: number;
  /** For stderr. */
  readonly lines: readonly string[];
}

/** What the person at the keyboard is told. @param commandName null before a command is known */
export function reportError(error: unknown, commandName: string | null): ErrorReport {
  if (error instanceof Interruption) return { exitCode: error.exitCode, lines: [] };
  if (error instanceof UsageError) {
    const help = commandName === null ? 'baton --help' : `baton ${commandName} --help`;
    return { exitCode: USAGE, lines: [`baton: ${error.message}`, `See ${help}.`] };
  }
  if (error instanceof ConnectionError) {
    const source = 'The address comes from --url, else BATON_URL, else http://127.0.0.1:3000.';
    return { exitCode: NO_SERVER, lines: [`baton: ${error.message}`, source] };
  }
  if (error instanceof BatonError) return reportRefusal(error);
  return {
    exitCode: CRASHED,
    lines: [error instanceof Error ? (error.stack ?? error.message) : String(error)],
  };
}

function reportRefusal({ status, title, detail, errors }: BatonError): ErrorReport {
  const fields = errors.map(({ path, message }) => `  ${path === '' ? 'the request' : path}: ${message}`);
  const remedy = status === 401 ? ['Set BATON_API_KEY to a key that this server knows.'] : [];
  return {
    exitCode: status >= 500 || status === 429 ? NO_SERVER : USAGE,
    lines: [`baton: ${fields.length > 0 ? `${title}:` : detail}`, ...fields, ...remedy],
  };
}
