import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findKustomize } from '../../scripts/kubernetes/kustomize.mjs';
import { repositoryRoot } from '../../scripts/paths.mjs';
import { manifestsFolder, readManifests, type Manifest } from './manifests.ts';

/** The overlays as they are, and the base with each other component that an overlay may name. */
const variants = {
  dev: 'overlays/dev',
  production: 'overlays/production',
  'with HPAs, traces and dry runs': ['hpa', 'prometheus-operator', 'tracing', 'dry-runs'],
  'without Prometheus': ['keda-metrics-api'],
} as const;

export type Variant = keyof typeof variants;
export const variantNames = Object.keys(variants) as Variant[];
export const kustomize = await findKustomize();

function folderOf(variant: Variant, temporary: string): string {
  const made = variants[variant];
  if (typeof made === 'string') return join(manifestsFolder, made);
  const folder = mkdtempSync(join(temporary, 'overlay-'));
  const k8s = '../../../../k8s';
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    namespace: 'baton',
    resources: [`${k8s}/base`],
    components: made.map((name) => `${k8s}/components/${name}`),
  };
  writeFileSync(join(folder, 'kustomization.yaml'), JSON.stringify(kustomization));
  return folder;
}

/** kubectl breaks lines in what it encodes; an API server takes that, the schema does not. */
function joined(manifest: Manifest): Manifest {
  if (manifest.kind !== 'Secret') return manifest;
  const data = Object.entries(manifest.data ?? {}).map(([key, value]) => [key, value.replaceAll(/\s/g, '')]);
  return { ...manifest, data: Object.fromEntries(data) };
}

async function renderAll(): Promise<ReadonlyMap<Variant, readonly Manifest[]>> {
  if ('refused' in kustomize) return new Map();
  const cache = join(repositoryRoot, 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  const temporary = mkdtempSync(join(cache, 'k8s-'));
  try {
    const rendered = variantNames.map(async (variant) => {
      const text = await kustomize.render(folderOf(variant, temporary));
      return [variant, readManifests(text).map(joined)] as const;
    });
    return new Map(await Promise.all(rendered));
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** What kustomize makes of each; none where there is no kustomize. */
export const rendered = await renderAll();
