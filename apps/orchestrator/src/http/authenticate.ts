import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { keyIdOf, scopes, type ApiKey, type Scope } from '@baton/shared/settings/api-keys';
import { isLoopback } from '@baton/shared/settings/settings';
import { ProblemError } from './problem.ts';
import { tooManyGuesses, wrongCredentials, type WrongCredentials } from './wrong-credentials.ts';

export interface Caller {
  readonly tenant: string;
  readonly scopes: readonly Scope[];
  /** Names the key in logs and counters and tells nothing of it; `open` where no keys are set. */
  readonly keyId: string;
}

/** Characters that a key may have. */
const LONGEST_KEY = 512;

/** Who calls where no keys are set; only loopback addresses are served then. */
const anybody: Caller = { tenant: 'default', scopes, keyId: 'open' };

/** Takes as long for a wrong key as for any of the right ones. */
function findKey(keys: readonly ApiKey[], key: string): Caller | null {
  const digest = createHash('sha256').update(key).digest();
  let found: ApiKey | null = null;
  for (const candidate of keys) {
    if (timingSafeEqual(Buffer.from(candidate.sha256, 'hex'), digest)) found = candidate;
  }
  return found && { tenant: found.tenant, scopes: found.scopes, keyId: keyIdOf(found) };
}

function unauthorized(detail: string): ProblemError {
  return new ProblemError('unauthorized', detail);
}

/** The key that the request brings, or null; throws `unauthorized` for what can be none. */
function keyOf(request: Request): string | null {
  const [authorization, ...more] = request.headersDistinct['authorization'] ?? [];
  if (authorization === undefined) return null;
  if (more.length > 0) throw unauthorized('Send the header authorization once.');
  if (!/^Bearer( |$)/i.test(authorization))
    throw unauthorized('Only the scheme Bearer is taken: authorization: Bearer <key>.');
  const key = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
  if (key === undefined) throw unauthorized('After Bearer send one key, without spaces.');
  if (key.length > LONGEST_KEY) throw unauthorized(`A key has at most ${LONGEST_KEY} characters.`);
  return key;
}

/** Finds the caller by its key alone; with no keys set everybody is the tenant `default`. */
export function authenticate(keys: readonly ApiKey[], guesses = wrongCredentials()): RequestHandler {
  return (request, response, next) => {
    response.locals['caller'] = keys.length === 0 ? anybody : callerBy(keys, guesses, request, response);
    next();
  };
}

function callerBy(
  keys: readonly ApiKey[],
  guesses: WrongCredentials,
  request: Request,
  response: Response,
): Caller {
  const key = keyOf(request);
  if (key === null) throw unauthorized('Send a key that this server knows: authorization: Bearer <key>.');
  const caller = findKey(keys, key);
  // No number of guesses finds one: nobody who has a right one is shut out for others who try.
  if (caller) return caller;
  const waitSeconds = guesses.judge(request.ip, null);
  if (waitSeconds !== null) throw tooManyGuesses(response, waitSeconds);
  throw unauthorized('This server does not know that key.');
}

export function callerOf(response: Response): Caller {
  return response.locals['caller'] as Caller;
}

export function requireScope(scope: Scope): RequestHandler {
  const handler: RequestHandler = (_request, response, next) => {
    const { scopes: held } = callerOf(response);
    if (!held.includes(scope) && !held.includes('admin')) {
      throw new ProblemError('forbidden', `This key lacks the scope "${scope}".`);
    }
    next();
  };
  scopesOfHandlers.set(handler, scope);
  return handler;
}

const scopesOfHandlers = new WeakMap<object, Scope>();

/** The scope that a handler made by {@link requireScope} asks for, or null for any other handler. */
export function scopeOf(handler: object): Scope | null {
  return scopesOfHandlers.get(handler) ?? null;
}

/** With no keys set only this machine is served: not a web page either whose name leads here. */
export function refuseForeignHosts(keys: readonly ApiKey[]): RequestHandler {
  return (request, _response, next) => {
    if (keys.length === 0 && !isLoopback(request.hostname ?? '')) {
      throw new ProblemError(
        'forbidden',
        'Without API keys this server answers under localhost and 127.0.0.1 only. Set BATON_API_KEYS to open it.',
      );
    }
    next();
  };
}
