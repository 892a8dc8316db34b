/**
 * What a log line may hold. Every line passes here on its way out, whoever logged it and through whatever child logger;
 * a field with another name, or with a value that is not of its kind, is left out and counted in `withheld`.
 */
import type { ErrorParts } from './error-parts.ts';
import { clipped, withoutSecretsOfUrls } from './safe-words.ts';

/** `word`: an id, a name or a code. `words`: Baton's own. `counts`: numbers by name. `error`: see error-parts.ts. */
type Kind = 'number' | 'flag' | 'word' | 'words' | 'time' | 'counts' | 'error';

export const logFields: Readonly<Record<string, Kind>> = {
  level: 'number',
  time: 'time',
  name: 'word',
  msg: 'words',
  err: 'error',
  error: 'words',
  reason: 'words',
  goalId: 'word',
  taskId: 'word',
  jobId: 'word',
  queue: 'word',
  model: 'word',
  rev: 'number',
  run: 'number',
  tasks: 'number',
  batch: 'word',
  requests: 'number',
  status: 'word',
  attempt: 'number',
  againInMs: 'number',
  host: 'word',
  method: 'word',
  path: 'words',
  signal: 'word',
  // Of the span in which the line was written.
  traceId: 'word',
  spanId: 'word',
  workerTypes: 'counts',
  // Audit.
  audit: 'flag',
  action: 'words',
  tenant: 'word',
  keyId: 'word',
  from: 'word',
};

const MOST_CHARACTERS = 500;
const WORD = /^[\w.:@/[\]%-]{1,200}$/;

function isCounts(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.entries(value).every(([name, count]) => WORD.test(name) && typeof count === 'number')
  );
}

/** The value as it may be told, or undefined. */
const told: Readonly<Record<Kind, (value: unknown) => unknown>> = {
  number: (value) => (typeof value === 'number' ? value : undefined),
  flag: (value) => (typeof value === 'boolean' ? value : undefined),
  word: (value) =>
    value === null || typeof value === 'number' || (typeof value === 'string' && WORD.test(value))
      ? value
      : undefined,
  words: (value) =>
    typeof value === 'string' ? clipped(withoutSecretsOfUrls(value), MOST_CHARACTERS) : undefined,
  time: (value) => (typeof value === 'string' && value.length <= 40 ? value : undefined),
  counts: (value) => (isCounts(value) ? value : undefined),
  error: (value) => (isErrorParts(value) ? value : undefined),
};

/** The serializer of `err` has made them: what else has that shape was logged under another name. */
function isErrorParts(value: unknown): value is ErrorParts {
  return typeof value === 'object' && value !== null && 'name' in value && 'message' in value;
}

/** A line as pino has written it → the line that goes out. */
export function tellableLine(line: string): string {
  const kept: Record<string, unknown> = {};
  let withheld = 0;
  for (const [name, value] of Object.entries(JSON.parse(line) as Record<string, unknown>)) {
    const kind = Object.hasOwn(logFields, name) ? logFields[name] : undefined;
    const shown = kind === undefined ? undefined : told[kind](value);
    if (shown !== undefined) kept[name] = shown;
    else withheld += 1;
  }
  return `${JSON.stringify(withheld === 0 ? kept : { ...kept, withheld })}\n`;
}
