/**
 * Wrong keys and passwords, counted per client address and process, so that nobody guesses at leisure.
 *
 * Invariants:
 * 1. An address with too many wrong ones in a minute is refused until that minute is over, whatever it sends.
 * 2. Except with a credential that was right from there before: behind a shared address, such as a proxy's, somebody's
 *    guessing shuts nobody else out.
 * 3. Memory is bounded: of more addresses than are kept, those heard of longest ago are forgotten.
 */
import { ipKeyGenerator } from 'express-rate-limit';
import type { Response } from 'express';
import { ProblemError } from './problem.ts';

/** Wrong credentials that one address may send in a minute. */
const MOST_WRONG = 1_000;
const MINUTE = 60_000;
const MOST_ADDRESSES = 10_000;

export interface WrongCredentials {
  /**
   * What to do with a request from `address` whose credential is that of `keyId`, or wrong (null): null to go on, or the
   * seconds after which the address may try again.
   */
  judge(address: string | undefined, keyId: string | null): number | null;
}

interface Guesser {
  wrong: number;
  since: number;
}

/** Of more than `MOST_ADDRESSES` entries the oldest goes. */
function keep<Key, Value>(map: Map<Key, Value>, key: Key, value: Value): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= MOST_ADDRESSES) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}

export function wrongCredentials({
  most = MOST_WRONG,
  now = Date.now,
}: { most?: number; now?: () => number } = {}): WrongCredentials {
  const guessers = new Map<string, Guesser>();
  const proven = new Map<string, true>();

  return {
    judge(address, keyId) {
      // One IPv6 customer has a whole network of addresses.
      const network = address === undefined ? '' : ipKeyGenerator(address);
      const known = guessers.get(network);
      const guesser = known && now() - known.since < MINUTE ? known : { wrong: 0, since: now() };
      const pair = keyId === null ? null : `${network} ${keyId}`;
      if (pair !== null && proven.has(pair)) {
        keep(proven, pair, true);
        return null;
      }
      if (guesser.wrong >= most) return Math.max(1, Math.ceil((guesser.since + MINUTE - now()) / 1_000));
      if (pair !== null) keep(proven, pair, true);
      else keep(guessers, network, { ...guesser, wrong: guesser.wrong + 1 });
      return null;
    },
  };
}

/** The refusal, with its header. */
export function tooManyGuesses(response: Response, waitSeconds: number): ProblemError {
  response.setHeader('retry-after', String(waitSeconds));
  return new ProblemError(
    'rate_limited',
    'Too many wrong keys came from this address: wait, and then send a key that this server knows.',
  );
}
