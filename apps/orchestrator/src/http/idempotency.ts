import { createHash } from 'node:crypto';
import type { Request } from 'express';
import { canonicalJson } from '@baton/shared/contract/canonical-json';
import type { Idempotency } from '@baton/shared/ledger/goal-acceptance';
import { ProblemError } from './problem.ts';

const MAX_KEY_CHARACTERS = 255;
const KEY = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;
const RULE = `must be 1 to ${MAX_KEY_CHARACTERS} printable ASCII characters, such as a UUID, and be given once`;

function digest(...parts: string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex');
}

/** The Idempotency-Key of a request, without quotes around it; null when there is none. */
export function idempotencyKeyOf(request: Request): string | null {
  const given = request.headersDistinct['idempotency-key'];
  if (given === undefined) return null;
  const [text = ''] = given;
  const key = /^"(.*)"$/.exec(text)?.[1] ?? text;
  if (given.length === 1 && key.length <= MAX_KEY_CHARACTERS && KEY.test(key)) return key;
  throw new ProblemError('invalid_request', `Idempotency-Key: ${RULE}`, [
    { path: 'Idempotency-Key', message: RULE },
  ]);
}

/**
 * What makes a goal's request the same as an earlier one.
 * @param place of the goal in its batch, or null for one that was sent alone.
 */
export function idempotencyOf(key: string | null, place: number | null, body: unknown): Idempotency | null {
  if (key === null) return null;
  return {
    key: place === null ? digest('goal', key) : digest('batch', String(place), key),
    body: digest(canonicalJson(body)),
  };
}
