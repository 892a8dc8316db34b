/** What the documentation names exists: links and their anchors, metrics, recording rules and settings. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emulatorSettings } from '../packages/emulator/src/environment.ts';
import { descriptions } from '../packages/shared/src/settings/descriptions.ts';
import { knownNames } from '../packages/shared/src/settings/environment.ts';
import { metricCatalogue } from '../packages/shared/src/telemetry/metric-catalogue.ts';
import { composeVariables } from './configuration-pages.mjs';
import { anchorsOf, linksIn, metricsIn, variablesIn } from './documentation.mjs';
import { repositoryRoot } from './paths.mjs';

/** @param {string} path from the repository's root */
const read = (path) => readFileSync(join(repositoryRoot, path), 'utf8');
/** @param {string} folder */
const pagesIn = (folder) =>
  readdirSync(join(repositoryRoot, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
const pages = [...pagesIn('.'), ...pagesIn('docs'), ...pagesIn(join('docs', 'decisions'))];
/** Tells of what was: names in it may be gone. */
const present = pages.filter((page) => page !== 'CHANGELOG.md' && !page.includes('decisions'));

/** @param {string} page @param {string} link @returns {string | null} what is wrong with it */
function faultOf(page, link) {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : normalize(join(dirname(page), path));
  const whole = join(repositoryRoot, target);
  if (!existsSync(whole)) return `${link}: there is no ${target}`;
  if (anchor === undefined || statSync(whole).isDirectory() || !target.endsWith('.md')) return null;
  return anchorsOf(read(target)).has(anchor) ? null : `${link}: ${target} has no such heading`;
}

describe('every link leads somewhere', () => {
  it.each(pages)('%s', (page) => {
    expect(linksIn(read(page)).flatMap((link) => faultOf(page, link) ?? [])).toEqual([]);
  });

  it('from alerts too', () => {
    const links = [...rules.matchAll(/runbook_url: (\S+)/g)].map(([, link = '']) => link);
    expect(links.length).toBeGreaterThan(10);
    expect(links.flatMap((link) => faultOf('README.md', link) ?? [])).toEqual([]);
  });
});

describe('pnpm is named in the release that is pinned: others ask for its signature, which not every registry passes on', () => {
  /** @type {{ packageManager: string }} */
  const { packageManager } = JSON.parse(read('package.json'));
  it.each([...present, 'packages/client/README.md'])('%s', (page) => {
    const named = read(page).match(/\bpnpm@[\d.]*\d/g) ?? [];
    expect(named.filter((name) => name !== packageManager)).toEqual([]);
  });
});

const ruleFolder = join('observability', 'prometheus', 'rules');
const rules = readdirSync(join(repositoryRoot, ruleFolder))
  .map((name) => read(join(ruleFolder, name)))
  .join('\n');

describe('every metric is told, every recording rule is there', async () => {
  const told = (await metricCatalogue()).map(({ name }) => name);
  const recorded = [...rules.matchAll(/record: (\S+)/g)].map(([, name = '']) => name);
  const known = new Set([...told, ...recorded]);

  it.each(present)('%s', (page) => {
    const unknown = metricsIn(read(page)).filter(
      (name) =>
        !known.has(name.replace(/_(?:bucket|sum|count)$/, '')) &&
        !known.has(name) &&
        !(name.endsWith('_') && told.some((metric) => metric.startsWith(name))),
    );
    expect(unknown).toEqual([]);
  });
});

/** Of Node, docker compose, the SDKs of clouds, the scripts of this repository, and those that examples make up. */
const foreign = new Set([
  'ANTHROPIC_CUSTOM_HEADERS',
  'ANTHROPIC_VERTEX_PROJECT_ID',
  'AWS_REGION',
  'BRING_CHROMIUM',
  'BRING_GO',
  'CALLS',
  'CLOUD_ML_REGION',
  'COMPOSE_PROFILES',
  'EDITOR',
  'GOOGLE_APPLICATION_CREDENTIALS',
  'GITHUB_TOKEN',
  'NAME',
  'NODE_ENV',
  'NODE_EXTRA_CA_CERTS',
  'NO_COLOR',
  'OTEL_EXPORTER_OTLP_CERTIFICATE',
  'OTEL_EXPORTER_OTLP_COMPRESSION',
  'OTEL_EXPORTER_OTLP_TRACES_HEADERS',
  'PATH',
  'REDIS_SERVER',
  'SEED',
  'TERM',
  'VISUAL',
]);

describe('every variable of the environment is one', () => {
  const known = [
    ...knownNames,
    ...Object.keys(descriptions),
    ...Object.keys(emulatorSettings),
    ...composeVariables(read('docker-compose.yml')).keys(),
    ...foreign,
  ];

  it.each(present)('%s', (page) => {
    const unknown = variablesIn(read(page)).filter((name) => {
      const meant = new RegExp(`^${name.replaceAll('…', '[A-Z0-9_]+')}$`);
      return !known.some((setting) => meant.test(setting));
    });
    expect(unknown).toEqual([]);
  });
});

describe('what would be wrong is found', () => {
  it('in links', () => {
    expect(faultOf('docs/x.md', '../README.md#no-such-heading')).toContain('no such heading');
    expect(faultOf('docs/x.md', 'nowhere.md')).toContain('there is no docs/nowhere.md');
    expect(anchorsOf('# A `code` & more\n## A `code` & more\n```\n# none\n```\n')).toEqual(
      new Set(['a-code--more', 'a-code--more-1']),
    );
    expect(linksIn('[a](b.md#c) `[d](e)` [f](https://g.h)')).toEqual(['b.md#c']);
  });

  it('in names', () => {
    expect(metricsIn('`baton_goals_endet_total{status}`, baton_process_…, baton:x:y')).toEqual([
      'baton_goals_endet_total',
      'baton_process_',
      'baton:x:y',
    ]);
    expect(variablesIn('`REDIS_ULR` and `ACKK=disk`, A_B; `MODEL_…_FALLBACK`')).toEqual([
      'REDIS_ULR',
      'ACKK',
      'MODEL_…_FALLBACK',
    ]);
  });
});
