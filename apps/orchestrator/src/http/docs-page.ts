import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { Router, type RequestHandler } from 'express';
import { methodNotAllowed } from './problem.ts';
import { pageHeaders } from './security-headers.ts';

// Swagger UI makes do with a policy that allows no eval, no inline script and no other host; Redoc and Scalar do not.
const require = createRequire(import.meta.url);
const library = dirname(require.resolve('swagger-ui-dist/package.json'));
const { version } = require('swagger-ui-dist/package.json') as { version: string };

/** The library's files that the page loads, by what they are called here: with the version, so that they never change. */
const files: Readonly<Record<string, string>> = {
  [`swagger-ui-${version}.css`]: 'swagger-ui.css',
  [`swagger-ui-${version}.js`]: 'swagger-ui-bundle.js',
};
const YEAR = 365 * 86_400_000;

// Addresses are relative: the page also works where a proxy has put a path before it.
const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Baton API</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="docs/swagger-ui-${version}.css" />
    <script defer src="docs/swagger-ui-${version}.js"></script>
    <script defer src="docs/start.js"></script>
  </head>
  <body>
    <div id="docs"></div>
    <noscript>This page needs JavaScript; what it shows is at <a href="openapi.json">openapi.json</a>.</noscript>
  </body>
</html>
`;

const start = `const base = new URL('.', location.href);
fetch(new URL('openapi.json', base))
  .then((response) => response.json())
  .then((document) => {
    const servers = [{ url: base.href.replace(/\\/$/, '') }];
    SwaggerUIBundle({
      spec: { ...document, servers },
      dom_id: '#docs',
      deepLinking: true,
      docExpansion: 'list',
      defaultModelsExpandDepth: 0,
      displayRequestDuration: true,
      validatorUrl: null,
    });
  });
`;

function text(type: string, body: string): RequestHandler {
  return (_request, response) => {
    response.setHeader('cache-control', 'no-cache');
    response.type(type).send(body);
  };
}

/** `/docs`: the OpenAPI document for people. It loads nothing from other hosts, and needs no key. */
export function docsPage(): Router {
  const router = Router({ strict: true });
  router.route('/docs').get(pageHeaders(), text('html', page)).all(methodNotAllowed('GET'));
  router
    .route('/docs/')
    .get((_request, response) => response.redirect(308, '../docs'))
    .all(methodNotAllowed('GET'));
  router.route('/docs/start.js').get(text('js', start)).all(methodNotAllowed('GET'));
  for (const [name, file] of Object.entries(files)) {
    router
      .route(`/docs/${name}`)
      .get((_request, response) => {
        response.sendFile(file, { root: library, maxAge: YEAR, immutable: true });
      })
      .all(methodNotAllowed('GET'));
  }
  return router;
}
