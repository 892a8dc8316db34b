import { createHash } from 'node:crypto';

const MOST_CHARACTERS = 64;
const DIGEST_CHARACTERS = 8;

/** A tool's name as endpoints take it: 1 to 64 letters, digits, `_` or `-`. Other names stay other names. */
export function wireName(name: string): string {
  const fit = name.replace('/', '__').replaceAll(/[^A-Za-z0-9_-]/g, '_');
  if (fit.length <= MOST_CHARACTERS && fit === name.replace('/', '__')) return fit;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, DIGEST_CHARACTERS);
  return `${fit.slice(0, MOST_CHARACTERS - DIGEST_CHARACTERS - 1)}-${digest}`;
}
