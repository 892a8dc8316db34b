import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import { scopes, type ApiKey, type Scope } from '@baton/shared/settings/api-keys';
import { isLoopback } from '@baton/shared/settings/settings';
import { ProblemError } from './problem.ts';

export interface Caller {
  readonly tenant: string;
  readonly scopes: readonly Scope[];
}

/** Who calls where no keys are set; only loopback addresses are served then. */
const anybody: Caller = { tenant: 'default', scopes };

function findKey(keys: readonly ApiKey[], key: string): ApiKey | null {
  const digest = createHash('sha256').update(key).digest();
  let found: ApiKey | null = null;
  for (const candidate of keys) {
    if (timingSafeEqual(Buffer.from(candidate.sha256, 'hex'), digest)) found = candidate;
  }
  return found;
}

/** Finds the caller by its key alone; with no keys set everybody is the tenant `default`. */
export function authenticate(keys: readonly ApiKey[]): RequestHandler {
  return (request, response, next) => {
    const key = /^Bearer +(\S+)$/i.exec(request.get('authorization') ?? '')?.[1];
    const caller = keys.length === 0 ? anybody : key === undefined ? null : findKey(keys, key);
    if (!caller)
      throw new ProblemError(
        'unauthorized',
        'Send a key that this server knows: authorization: Bearer <key>.',
      );
    response.locals['caller'] = caller;
    next();
  };
}

export function callerOf(response: Response): Caller {
  return response.locals['caller'] as Caller;
}

export function requireScope(scope: Scope): RequestHandler {
  return (_request, response, next) => {
    if (!callerOf(response).scopes.includes(scope)) {
      throw new ProblemError('forbidden', `This key lacks the scope "${scope}".`);
    }
    next();
  };
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
