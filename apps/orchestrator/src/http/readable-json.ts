import { isUtf8 } from 'node:buffer';
import { ProblemError } from './problem.ts';

/** Levels of nesting that a body may have: far above any honest one, far below what overflows a stack. */
const MAX_DEPTH = 64;
/** Fields of objects, and these and items of lists together, that a body may have: reading them holds up other requests. */
const MAX_FIELDS = 25_000;
const MAX_ITEMS = 60_000;

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPENERS: ReadonlySet<number> = new Set([0x5b, 0x7b]);
const CLOSERS: ReadonlySet<number> = new Set([0x5d, 0x7d]);

function malformed(detail: string): ProblemError {
  return new ProblemError('malformed_json', `The body can not be read: ${detail}.`);
}

/**
 * Throws a {@link ProblemError} for a body that is not UTF-8, is nested deeper than 64 levels, or holds more than 25,000
 * fields or 60,000 items, without parsing it. `charset` is what the request says.
 */
export function refuseUnreadableJson(text: Buffer, charset: string): void {
  // In other encodings a byte may look like a quote or a bracket and be none.
  if (charset !== 'utf-8') throw new ProblemError('unsupported_media_type', 'Send the body in UTF-8.');
  if (!isUtf8(text)) throw malformed('it is not UTF-8');
  let depth = 0;
  let items = 0;
  let fields = 0;
  for (let index = 0; index < text.length; index += 1) {
    const byte = text[index] as number;
    if (byte === QUOTE) index = endOfString(text, index);
    else if (byte === COMMA) items += 1;
    else if (byte === COLON) fields += 1;
    else if (OPENERS.has(byte)) {
      depth += 1;
      items += 1;
      if (depth > MAX_DEPTH) throw malformed(`at most ${MAX_DEPTH} levels of objects and arrays are taken`);
    } else if (CLOSERS.has(byte)) depth -= 1;
  }
  if (items > MAX_ITEMS || fields > MAX_FIELDS) {
    throw new ProblemError(
      'too_large',
      `A body may hold at most ${MAX_FIELDS} fields of objects, and ${MAX_ITEMS} of these and items of lists: put long material into texts.`,
    );
  }
}

/** Where the string that begins at `start` has its closing quote, or the end of the text. */
function endOfString(text: Buffer, start: number): number {
  for (let index = text.indexOf(QUOTE, start + 1); index >= 0; index = text.indexOf(QUOTE, index + 1)) {
    let backslashes = 0;
    while (text[index - 1 - backslashes] === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return index;
  }
  return text.length;
}
