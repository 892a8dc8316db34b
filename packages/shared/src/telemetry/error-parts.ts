/**
 * What a log may tell of an error. Messages are written by whoever throws, and quote what they were given: a request's
 * body, a key, a prompt. So only messages of known making pass; of the others the name, the codes and the place remain.
 */
import { withoutSecretsOfUrls } from './safe-words.ts';

export interface ErrorParts {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly status?: number;
  readonly type?: string;
  readonly requestId?: string;
  /** Where it was thrown, as `    at …` lines. */
  readonly stack?: string;
  readonly cause?: ErrorParts;
}

export const WITHHELD = '(withheld)';

const MOST_FRAMES = 12;
const MOST_CHARACTERS = 300;
const DEEPEST_CAUSE = 3;

/** Errors whose messages are Baton's own words, of its own facts. */
const ownErrors: ReadonlySet<string> = new Set([
  'CycleError',
  'DagError',
  'JobAborted',
  'NoPrimaryError',
  'NotCounted',
  'NotDurableError',
  'StorageFullError',
]);

/** What ioredis and BullMQ say of themselves; what a message says after that is cut off. */
const knownWords = [
  /^Command timed out/,
  /^Connection is closed/,
  /^Connection in subscriber mode/,
  /^Socket timeout\. [\w ,.]+/,
  /^Reached the max retries per request limit \(which is \d+\)/,
  /^Stream isn't writeable/,
  /^Failed to refresh slots cache/,
  /^None of startup nodes is available/,
  /^All sentinels are unreachable/,
  /^(?:Missing (?:key|lock)|Lock mismatch|could not renew lock) for job [\w:-]{1,60}(?:\.[\w:-]{1,20}){0,3}/,
  /^Job [\w:-]{1,60}(?:\.[\w:-]{1,20}){0,3} (?:is not in the [\w-]+ state|has pending dependencies)/,
  /^The operation was aborted(?: due to timeout)?/,
  // V8, of code that is wrong.
  /^Cannot (?:read|set) properties of (?:undefined|null)/,
  /^[\w$.]{1,60} is not (?:a function|a constructor|defined|iterable)/,
  /^Maximum call stack size exceeded/,
  /^Invalid URL/,
  /^fetch failed/,
  /^terminated/,
];

const WORD = /^[\w.:/-]{1,64}$/;

function field(error: object, name: string): unknown {
  // No getters: they may be anybody's.
  return Object.getOwnPropertyDescriptor(error, name)?.value;
}

function word(error: object, name: string): string | undefined {
  const value = field(error, name);
  return typeof value === 'string' && WORD.test(value) ? value : undefined;
}

/** Node's own: told by its fields, as in `connect ECONNREFUSED 127.0.0.1:6379`; of a name with several addresses, of each. */
function systemMessage(error: Error): string | null {
  if (error instanceof AggregateError) {
    const told = error.errors.map((each) => (each instanceof Error ? systemMessage(each) : null));
    return told.length === 0 || told.includes(null) ? null : told.join(', ');
  }
  const [syscall, code] = [word(error, 'syscall'), word(error, 'code')];
  if (syscall === undefined || code === undefined) return null;
  const where = word(error, 'address') ?? word(error, 'hostname');
  const port = field(error, 'port');
  const shown = where === undefined ? '' : ` ${where}${typeof port === 'number' ? `:${port}` : ''}`;
  return `${syscall} ${code}${shown}`;
}

/** Redis begins its refusals with a code; after `ERR` it may quote what it was sent. */
function redisMessage({ name, message }: Error): string | null {
  if (name !== 'ReplyError') return null;
  return message.replaceAll(/(['"`])(?:(?!\1).)*\1/gs, '…').replace(/(with args beginning with:).*/s, '$1 …');
}

/** The message of an error where it is known to hold nothing of anybody's; else {@link WITHHELD}. */
export function tellableMessage(error: unknown): string {
  if (!(error instanceof Error)) return WITHHELD;
  const { name, message } = error;
  const known = ownErrors.has(name) ? message : (redisMessage(error) ?? systemMessage(error));
  const told =
    known ?? knownWords.map((words) => words.exec(message)?.[0]).find((words) => words !== undefined);
  return told === undefined ? WITHHELD : withoutSecretsOfUrls(told).slice(0, MOST_CHARACTERS);
}

/** {@link tellableMessage}, or where it is withheld the error's code, which is a word. */
export function inShort(error: unknown): string {
  const told = tellableMessage(error);
  return told === WITHHELD && error instanceof Error ? (word(error, 'code') ?? told) : told;
}

const FRAME = /^ {4}at .{1,300}$/;

/** The lines of the stack that are frames: not those of a message that looks like some. */
function framesOf({ stack, message }: Error): string | undefined {
  if (typeof stack !== 'string') return undefined;
  const end = message === '' ? 0 : stack.indexOf(message);
  // The message was changed after the stack was made.
  if (end < 0) return undefined;
  const frames = stack
    .slice(end + message.length)
    .split('\n')
    .filter((line) => FRAME.test(line));
  return frames.length === 0 ? undefined : frames.slice(0, MOST_FRAMES).join('\n');
}

export function errorParts(error: unknown, depth = 0): ErrorParts {
  if (!(error instanceof Error)) return { name: typeof error, message: WITHHELD };
  const [code, type, requestId] = ['code', 'type', 'requestId'].map((name) => word(error, name));
  const status = field(error, 'status');
  const stack = framesOf(error);
  const cause = field(error, 'cause');
  return {
    name: WORD.test(error.name) ? error.name : 'Error',
    message: tellableMessage(error),
    ...(code !== undefined && { code }),
    ...(typeof status === 'number' && { status }),
    ...(type !== undefined && { type }),
    ...(requestId !== undefined && { requestId }),
    ...(stack !== undefined && { stack }),
    ...(cause instanceof Error && depth < DEEPEST_CAUSE && { cause: errorParts(cause, depth + 1) }),
  };
}
