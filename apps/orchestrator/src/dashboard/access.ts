/** Who may see the dashboard, and who may change something by it. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import { shortened } from '@baton/shared/contract/field-errors';
import type { AuditEntry } from '../http/audit.ts';
import { ProblemError } from '../http/problem.ts';
import { pageHeaders } from '../http/security-headers.ts';
import { tooManyGuesses, wrongCredentials } from '../http/wrong-credentials.ts';

interface Login {
  readonly user: string;
  readonly password: string;
}

export interface Access {
  /** Null: everybody may see it. */
  readonly login: Login | null;
  readonly readOnly: boolean;
  /** Told of each attempt to change something. */
  readonly audit: (entry: AuditEntry) => void;
}

/** Stands in the audit log for whoever knows the login. */
const LOGIN = 'dashboard';
/** Stands there for anybody, where there is no login. */
const OPEN = 'open';

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** The page asks for fonts from elsewhere; it does without. */
const keepToItself = pageHeaders({ inlineStyles: true });

/** Wrong logins that one address may send in a minute. */
const MOST_WRONG = 30;

function guard({ user, password }: Login): RequestHandler {
  const expected = digest(`${user}:${password}`);
  const guesses = wrongCredentials({ most: MOST_WRONG });
  return (request, response, next) => {
    const encoded = /^Basic +(\S+)$/i.exec(request.get('authorization') ?? '')?.[1];
    if (encoded !== undefined) {
      const isRight = timingSafeEqual(digest(Buffer.from(encoded, 'base64').toString()), expected);
      const waitSeconds = guesses.judge(request.ip, isRight ? LOGIN : null);
      if (waitSeconds !== null) throw tooManyGuesses(response, waitSeconds);
      if (isRight) {
        response.locals[WHO] = LOGIN;
        return next();
      }
    }
    return response
      .status(401)
      .setHeader('www-authenticate', 'Basic realm="Baton", charset="UTF-8"')
      .type('text/plain')
      .send('Log in with DASHBOARD_USER and DASHBOARD_PASSWORD.\n');
  };
}

function isRead({ method }: Request): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
}

/** Browsers send the login with whatever any page makes them send. */
const refuseForeignPages: RequestHandler = (request, _response, next) => {
  const site = request.get('sec-fetch-site') ?? 'none';
  if (isRead(request) || site === 'same-origin' || site === 'none') return next();
  throw new ProblemError('forbidden', 'The dashboard takes orders from its own page only.');
};

/** Where the reply keeps who asks, once that is known. */
const WHO = 'dashboardUser';

function auditWrites({ audit, login }: Access): RequestHandler {
  return (request, response, next) => {
    if (isRead(request)) return next();
    const action = `dashboard ${request.method} ${shortened(request.path)}`;
    const from = request.socket.remoteAddress ?? null;
    response.once('close', () => {
      const keyId = login === null ? OPEN : ((response.locals[WHO] as string | undefined) ?? null);
      audit({ action, tenant: null, keyId, goalId: null, status: response.statusCode, from });
    });
    return next();
  };
}

const refuseWrites: RequestHandler = (request, response, next) => {
  if (isRead(request)) return next();
  return response
    .status(405)
    .json({ error: 'This dashboard is read-only: set DASHBOARD_READ_ONLY=false to change that.' });
};

/** Goes before the dashboard. */
export function dashboardAccess(access: Access): RequestHandler[] {
  return [
    keepToItself,
    auditWrites(access),
    ...(access.login ? [guard(access.login)] : []),
    refuseForeignPages,
    ...(access.readOnly ? [refuseWrites] : []),
  ];
}
