/**
 * One log line for each attempt at an operator's action, allowed or refused, at every LOG_LEVEL but `silent`.
 *
 * Which actions these are follows from the routes: those behind `requireScope('operate')` or `requireScope('admin')`.
 */
import { Router, type Request, type RequestHandler } from 'express';
import type { Logger } from '@baton/shared/telemetry/logger';
import { callerOf, scopeOf, type Caller } from './authenticate.ts';
import { isGoalId } from './goal-id.ts';

export interface AuditEntry {
  /** The last word of the route, such as `cancel`; of the dashboard the method and the route. */
  readonly action: string;
  /** Null where no key was found. */
  readonly tenant: string | null;
  readonly keyId: string | null;
  readonly goalId: string | null;
  readonly status: number;
  /** The client's address, as the connection shows it. */
  readonly from: string | null;
}

/** Writes entries whatever the logger's level is, unless that is `silent`. */
export function auditTrail(logger: Logger): (entry: AuditEntry) => void {
  const trail = logger.child({ audit: true }, { level: logger.level === 'silent' ? 'silent' : 'info' });
  return (entry) => trail.info(entry, 'operator action');
}

function goalIdIn({ goalId }: Request['params']): string | null {
  return typeof goalId === 'string' && isGoalId(goalId) ? goalId : null;
}

/** Tells of this request once its reply is over, or broken off. */
function audited(action: string, write: (entry: AuditEntry) => void): RequestHandler {
  return (request, response, next) => {
    // Both are gone when the reply is over.
    const goalId = goalIdIn(request.params);
    const from = request.socket.remoteAddress ?? null;
    response.once('close', () => {
      const caller = callerOf(response) as Caller | undefined;
      const { tenant = null, keyId = null } = caller ?? {};
      write({ action, tenant, keyId, goalId, status: response.statusCode, from });
    });
    next();
  };
}

const operatorScopes: ReadonlySet<string | null> = new Set(['operate', 'admin']);

/** The methods and paths of a router whose handlers ask for an operator's scope. */
function operatorRoutes(router: Router): { method: string; path: string }[] {
  return router.stack.flatMap(({ route }) =>
    (route?.stack ?? []).flatMap(({ handle, method }) =>
      operatorScopes.has(scopeOf(handle)) ? [{ method, path: String(route?.path) }] : [],
    ),
  );
}

/** Goes before whatever may refuse a request; `routers` are those that are mounted behind it, at the same path. */
export function auditOperators(
  routers: readonly Router[],
  write: (entry: AuditEntry) => void,
): RequestHandler {
  const audit = Router();
  for (const { method, path } of routers.flatMap(operatorRoutes)) {
    const action = path.split('/').at(-1) ?? path;
    audit[method as 'post'](path, audited(action, write));
  }
  // An address that can't be read is for the route to refuse.
  // A router would answer OPTIONS by itself.
  return (request, response, next) =>
    request.method === 'OPTIONS' ? next() : audit(request, response, () => next());
}
