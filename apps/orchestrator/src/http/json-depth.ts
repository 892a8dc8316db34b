/** Levels of nesting that a body may have: far above any honest one, far below what overflows a stack. */
const MAX_DEPTH = 64;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENERS: ReadonlySet<number> = new Set([0x5b, 0x7b]);
const CLOSERS: ReadonlySet<number> = new Set([0x5d, 0x7d]);

/** Throws when JSON text is nested deeper than 64 levels, without parsing it. */
export function refuseDeepJson(text: Buffer): void {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const byte = text[index] as number;
    if (inString) {
      if (byte === BACKSLASH) index += 1;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) inString = true;
    else if (OPENERS.has(byte)) {
      depth += 1;
      if (depth > MAX_DEPTH)
        throw new RangeError(`at most ${MAX_DEPTH} levels of objects and arrays are taken`);
    } else if (CLOSERS.has(byte)) depth -= 1;
  }
}
