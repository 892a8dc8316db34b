/**
 * Browsers send the login with whatever any page makes them send, so a write is taken from the dashboard's own pages only.
 *
 * 1. Fetch metadata decides where there is any: no page can set or take away that header.
 * 2. Older browsers name the page's origin in whatever could do harm, and where not that, the page: it must be of the host asked.
 * 3. What names neither is no browser that a foreign page could use: every write here is a PUT, which needs leave to cross origins
 *    (CORS), and gets none.
 */
import type { Request, RequestHandler } from 'express';
import { ProblemError } from '../http/problem.ts';

export function isRead({ method }: Pick<Request, 'method'>): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
}

/** Names that this server was asked by; a proxy may have given it another than the browser used. No page can set either. */
function hostsOf(request: Request): (string | undefined)[] {
  return [request.get('host'), request.get('x-forwarded-host')?.split(',')[0]?.trim()].filter(Boolean);
}

export function isOwnPage(request: Request): boolean {
  const site = request.get('sec-fetch-site');
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const page = request.get('origin') ?? request.get('referer');
  if (page === undefined) return true;
  return URL.canParse(page) && hostsOf(request).includes(new URL(page).host);
}

export const refuseForeignPages: RequestHandler = (request, _response, next) => {
  if (isRead(request) || isOwnPage(request)) return next();
  throw new ProblemError('forbidden', 'The dashboard takes orders from its own page only.');
};
