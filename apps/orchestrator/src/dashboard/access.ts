/** Who may see the dashboard, and who may change something by it. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { shortened } from '@baton/shared/contract/field-errors';
import type { DashboardLogin, DashboardRole } from '@baton/shared/settings/dashboard-logins';
import type { AuditEntry } from '../http/audit.ts';
import { pageHeaders } from '../http/security-headers.ts';
import { tooManyGuesses, wrongCredentials } from '../http/wrong-credentials.ts';
import { isRead, refuseForeignPages } from './own-pages.ts';

export interface Access {
  /** Null: everybody may see it. */
  readonly logins: readonly DashboardLogin[] | null;
  /** Of everybody, where there are no logins. */
  readonly openRole: DashboardRole;
  /** Told of each attempt to change something. */
  readonly audit: (entry: AuditEntry) => void;
}

interface Visitor {
  /** The login's name; `open` where there are none. */
  readonly name: string;
  readonly role: DashboardRole;
}

const OPEN = 'open';

/** Wrong logins that one address may send in a minute. */
const MOST_WRONG = 30;

/** Bull Board sets styles on its elements. */
const keepToItself = pageHeaders({ inlineStyles: true });

/** A page shows what its visitor may see, and no cache is to show it to another. */
const keepPrivate: RequestHandler = (request, response, next) => {
  if (!request.path.startsWith('/queues/static/')) response.setHeader('cache-control', 'no-store');
  next();
};

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** RFC 7617: the name ends at the first colon. */
function credentialsOf(request: Request): { name: string; password: string } | null {
  const encoded = /^Basic +(\S+)$/i.exec(request.get('authorization') ?? '')?.[1];
  if (encoded === undefined) return null;
  const [name = '', ...rest] = Buffer.from(encoded, 'base64').toString().split(':');
  return { name, password: rest.join(':') };
}

/** Takes as long for a wrong name or password as for right ones. */
function findLogin(
  logins: readonly DashboardLogin[],
  { name, password }: { name: string; password: string },
): DashboardLogin | null {
  const [nameDigest, passwordDigest] = [digest(name), digest(password)];
  let found: DashboardLogin | null = null;
  for (const login of logins) {
    const isName = timingSafeEqual(digest(login.name), nameDigest);
    const isPassword = timingSafeEqual(Buffer.from(login.sha256, 'hex'), passwordDigest);
    if (isName && isPassword) found = login;
  }
  return found;
}

function guard(logins: readonly DashboardLogin[]): RequestHandler {
  const guesses = wrongCredentials({ most: MOST_WRONG });
  return (request, response, next) => {
    const credentials = credentialsOf(request);
    if (credentials !== null) {
      const login = findLogin(logins, credentials);
      const waitSeconds = guesses.judge(request.ip, login && login.name);
      if (waitSeconds !== null) throw tooManyGuesses(response, waitSeconds);
      if (login) {
        response.locals[VISITOR] = { name: login.name, role: login.role } satisfies Visitor;
        return next();
      }
    }
    return response
      .status(401)
      .setHeader('www-authenticate', 'Basic realm="Baton", charset="UTF-8"')
      .type('text/plain')
      .send('Log in as DASHBOARD_LOGINS or DASHBOARD_USER and DASHBOARD_PASSWORD say.\n');
  };
}

/** Where the reply keeps who asks, once that is known. */
const VISITOR = 'dashboardVisitor';

function visitorOf(response: Response): Visitor | null {
  return (response.locals[VISITOR] as Visitor | undefined) ?? null;
}

/** What the visitor may do; of one who came past {@link dashboardAccess}. */
export function roleOf(response: Response): DashboardRole {
  return visitorOf(response)?.role ?? 'viewer';
}

function auditWrites({ audit }: Access): RequestHandler {
  return (request, response, next) => {
    if (isRead(request)) return next();
    const action = `dashboard ${request.method} ${shortened(request.path.replace(/^\/queues/, ''))}`;
    const from = request.socket.remoteAddress ?? null;
    response.once('close', () => {
      const visitor = visitorOf(response);
      const keyId = visitor && (visitor.name === OPEN ? OPEN : `dashboard:${visitor.name}`);
      audit({ action, tenant: null, keyId, goalId: null, status: response.statusCode, from });
    });
    return next();
  };
}

const refuseViewersWrites: RequestHandler = (request, response, next) => {
  if (isRead(request) || roleOf(response) === 'operator') return next();
  return response.status(403).json({
    error:
      'This login may look and change nothing: its role in DASHBOARD_LOGINS would be operator, or DASHBOARD_READ_ONLY=false.',
  });
};

/** Goes before the dashboard. */
export function dashboardAccess(access: Access): RequestHandler[] {
  const { logins, openRole } = access;
  const letIn: RequestHandler = (_request, response, next) => {
    response.locals[VISITOR] = { name: OPEN, role: openRole } satisfies Visitor;
    next();
  };
  return [
    keepToItself,
    keepPrivate,
    auditWrites(access),
    logins === null ? letIn : guard(logins),
    refuseForeignPages,
    refuseViewersWrites,
  ];
}
