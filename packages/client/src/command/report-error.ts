import { BatonError, ConnectionError, SettingError } from '../errors.ts';
import { CRASHED, Interruption, NOT_RIGHT, NO_SERVER, USAGE } from './exit-code.ts';
import { DEFAULT_URL } from './flags.ts';
import { UsageError } from './usage-error.ts';

/** The server answers, the model behind it does not: the end of the type of such a problem. */
const MODEL_FAILED = 'model_failed';

export interface ErrorReport {
  readonly exitCode: number;
  /** For stderr. */
  readonly lines: readonly string[];
}

/** What the person at the keyboard is told. @param commandPath such as "baton keys create", null before it is known */
export function reportError(error: unknown, commandPath: string | null): ErrorReport {
  if (error instanceof Interruption) return { exitCode: error.exitCode, lines: [] };
  if (error instanceof UsageError || error instanceof SettingError) {
    return { exitCode: USAGE, lines: [`baton: ${error.message}`, `See ${commandPath ?? 'baton'} --help.`] };
  }
  if (error instanceof ConnectionError) {
    const source = `The address comes from --url, else BATON_URL, else ${DEFAULT_URL}.`;
    return { exitCode: NO_SERVER, lines: [`baton: ${error.message}`, source] };
  }
  if (error instanceof BatonError) return reportRefusal(error);
  return {
    exitCode: CRASHED,
    lines: [error instanceof Error ? (error.stack ?? error.message) : String(error)],
  };
}

function exitCodeOf({ type, status }: BatonError): number {
  if (type.endsWith(MODEL_FAILED)) return NOT_RIGHT;
  return status >= 500 || status === 429 ? NO_SERVER : USAGE;
}

function reportRefusal(refusal: BatonError): ErrorReport {
  const { status, title, detail, errors } = refusal;
  const fields = errors.map(({ path, message }) => `  ${path === '' ? 'the request' : path}: ${message}`);
  const remedy = status === 401 ? ['Set BATON_API_KEY to a key that this server knows.'] : [];
  return {
    exitCode: exitCodeOf(refusal),
    lines: [`baton: ${fields.length > 0 ? `${title}:` : detail}`, ...fields, ...remedy],
  };
}
