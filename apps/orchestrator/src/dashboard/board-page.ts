import { ExpressAdapter } from '@bull-board/express';
import type { AppViewRoute } from '@bull-board/api/typings/app';
import type { Request, RequestHandler } from 'express';

/** The page's fonts come from elsewhere; its policy forbids that, and the system's serve as well. */
const FOREIGN_STYLES = /<link\b[^>]*\bhref="https?:[^>]*>/g;

/** Path segments as a proxy names them that has taken them away: nothing that could be another host, or markup. */
const PREFIX = /^(?:\/[\w.~-]+)+$/;

/** The path before this server's own, where a proxy says so (`X-Forwarded-Prefix`), else ''. */
function forwardedPrefix(request: Request): string {
  const prefix = (request.get('x-forwarded-prefix') ?? '').replace(/\/$/, '');
  return PREFIX.test(prefix) && !prefix.includes('..') ? prefix : '';
}

/** Bull Board on express, with a page that asks nothing of other hosts, and works behind a proxy's path. */
export class BoardPage extends ExpressAdapter {
  readonly #styles: string;

  /** @param path where it is mounted @param styles added to the page's own. */
  constructor(path: string, styles: string) {
    super();
    this.app.disable('x-powered-by');
    this.setBasePath(path);
    this.#styles = styles;
  }

  override setEntryRoute({ method, route, handler }: AppViewRoute): ExpressAdapter {
    const show: RequestHandler = (request, response, next) => {
      const basePath = `${forwardedPrefix(request)}${this.basePath}`;
      const { name, params } = handler({ basePath, uiConfig: this.uiConfig });
      response.render(name, params, (error: Error | null, html: string) => {
        if (error) return next(error);
        const styled = html
          .replaceAll(FOREIGN_STYLES, '')
          .replace('</head>', `<style>${this.#styles}</style></head>`);
        return response.type('html').send(styled);
      });
    };
    this.app[method as 'get'](route, show);
    return this;
  }
}
