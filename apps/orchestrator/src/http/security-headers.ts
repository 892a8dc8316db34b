import helmet from 'helmet';
import type { RequestHandler } from 'express';

/**
 * For every reply. An answer of the API is data: a browser may load, run and frame nothing on its behalf. There is no
 * HSTS: Baton speaks HTTP, over which browsers ignore it (RFC 6797, 8.1); whoever ends TLS before Baton knows whether
 * all of the host is served over TLS, and sends it.
 */
export const securityHeaders: RequestHandler = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
  },
  strictTransportSecurity: false,
  xFrameOptions: { action: 'deny' },
});

export interface PageNeeds {
  /** The page holds `<style>` or `style=`. */
  readonly inlineStyles?: boolean;
  /** Hashes of the scripts that the page holds, as in a policy: `'sha256-…'`. */
  readonly scriptHashes?: readonly `'sha256-${string}'`[];
}

/** For routes that serve a page: it may use what this server serves, and nothing of anybody else. Put it before the route. */
export function pageHeaders({ inlineStyles = false, scriptHashes = [] }: PageNeeds = {}): RequestHandler {
  return helmet.contentSecurityPolicy({
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      scriptSrc: ["'self'", ...scriptHashes],
      styleSrc: ["'self'", ...(inlineStyles ? ["'unsafe-inline'"] : [])],
      imgSrc: ["'self'", 'data:'],
      objectSrc: ["'none'"],
      baseUri: ["'self'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
  });
}
