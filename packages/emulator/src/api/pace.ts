const CHARACTERS_PER_CHUNK = 40;
const FEWEST_CHUNKS = 8;
const MOST_CHUNKS = 44;
const LARGEST_CHUNK = 16_384;
/** Chunks' worth of waiting before the first piece: the model "thinks". */
const LEAD_CHUNKS = 4;

/** A text in pieces of words, between 8 and 44 of them unless it is very short or very long. */
export function wordChunks(text: string): string[] {
  const wanted = Math.ceil(text.length / CHARACTERS_PER_CHUNK);
  const count = Math.min(MOST_CHUNKS, Math.max(FEWEST_CHUNKS, wanted));
  const size = Math.min(LARGEST_CHUNK, Math.max(1, Math.ceil(text.length / count)));
  const chunks: string[] = [];
  for (let start = 0; start < text.length;) {
    const end = chunkEnd(text, start, size);
    chunks.push(text.slice(start, end));
    start = end;
  }
  return chunks;
}

/** Every character, for the slowest of streams. */
export function characterChunks(text: string): string[] {
  return Array.from(text);
}

export interface Pace {
  /** Milliseconds before the first piece. */
  readonly lead: number;
  /** Milliseconds before each further piece. */
  readonly perChunk: number;
}

/** A whole answer takes `(4 + its chunks) * msPerChunk`; one too long for its chunks to be small is not slowed. */
export function paceFor(characters: number, msPerChunk: number): Pace {
  const isHuge = characters > MOST_CHUNKS * LARGEST_CHUNK;
  return { lead: msPerChunk * LEAD_CHUNKS, perChunk: isHuge ? 0 : msPerChunk };
}

function chunkEnd(text: string, start: number, size: number): number {
  const hard = Math.min(text.length, start + size);
  if (hard === text.length) return hard;
  const space = text.lastIndexOf(' ', hard);
  if (space > start) return space + 1;
  const splitsPair = /[\uD800-\uDBFF]/.test(text[hard - 1] ?? '');
  return splitsPair ? hard + 1 : hard;
}
