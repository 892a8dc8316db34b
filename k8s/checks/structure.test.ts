import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { builtInWorkerTypes } from '../../packages/plan/src/worker-types/built-in.ts';
import { expect, test } from 'vitest';
import { prometheusRules, prometheusRulesFile } from '../../scripts/kubernetes/prometheus-rules.mjs';
import { repositoryRoot } from '../../scripts/paths.mjs';
import { secretsOfOperator } from './pods.ts';
import { adapterValuesPath, kustomizations, manifestsFolder, writtenManifests } from './manifests.ts';

const all = kustomizations();

test.for([...all])(
  '%s names what there is',
  ([path, { resources = [], components = [], configMapGenerator = [] }]) => {
    const folder = dirname(path);
    for (const name of [
      ...resources,
      ...components,
      ...configMapGenerator.flatMap(({ envs = [] }) => envs),
    ]) {
      const at = join(folder, name);
      expect([name, existsSync(join(manifestsFolder, at))]).toEqual([name, true]);
      if (!name.includes('.yaml') && !name.includes('.env'))
        expect(all.get(join(at, 'kustomization.yaml'))?.kind).toBe(
          components.includes(name) ? 'Component' : 'Kustomization',
        );
    }
  },
);

test('every manifest is named by a kustomization, and every worker type has its folder', () => {
  const named = new Set(
    [...all].flatMap(([path, { resources = [] }]) =>
      resources.map((name) => normalize(join(dirname(path), name))),
    ),
  );
  expect([...writtenManifests().keys()].filter((path) => !named.has(path))).toEqual([]);
  expect(existsSync(join(manifestsFolder, adapterValuesPath))).toBe(true);
  const types = builtInWorkerTypes.map(({ type }) => type).toSorted();
  expect(all.get(join('worker-types', 'kustomization.yaml'))?.resources).toEqual(types);
});

test('overlays name images and workloads that there are', () => {
  const manifests = [...writtenManifests().values()].flat();
  const text = JSON.stringify(manifests);
  for (const [path, { images = [], replicas = [] }] of all) {
    for (const { name } of images) expect([path, text.includes(`"image":"${name}"`)]).toEqual([path, true]);
    for (const { name } of replicas)
      expect([
        path,
        manifests.some(({ kind, metadata }) => kind === 'Deployment' && metadata.name === name),
      ]).toEqual([path, true]);
  }
});

test('the page names every Secret and every component', () => {
  const page = readFileSync(join(repositoryRoot, 'docs', 'deploy.md'), 'utf8');
  const components = [...all.keys()].flatMap(
    (path) => /^components\/([^/]+)\/kustomization/.exec(path)?.[1] ?? [],
  );
  const secrets = [...Object.keys(secretsOfOperator), 'baton-stats', 'baton-tls'];
  expect([...components, ...secrets].filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});

test('the rules of Prometheus are those of observability/ (node scripts/kubernetes/prometheus-rules.mjs)', () => {
  expect(readFileSync(prometheusRulesFile, 'utf8')).toBe(prometheusRules());
});
