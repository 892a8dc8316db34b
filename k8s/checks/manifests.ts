import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseAllDocuments, parse } from 'yaml';
import { repositoryRoot } from '../../scripts/paths.mjs';

export const manifestsFolder = join(repositoryRoot, 'k8s');

/** An object of Kubernetes as it is written, of any kind. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  // oxlint-disable-next-line typescript/no-explicit-any -- as many shapes as there are kinds; the types check them elsewhere.
  readonly spec?: any;
  readonly data?: Readonly<Record<string, string>>;
}

export interface Kustomization {
  readonly kind: 'Kustomization' | 'Component';
  readonly resources?: readonly string[];
  readonly components?: readonly string[];
  readonly images?: readonly { readonly name: string }[];
  readonly replicas?: readonly { readonly name: string }[];
  readonly configMapGenerator?: readonly { readonly name: string; readonly envs?: readonly string[] }[];
  readonly secretGenerator?: readonly { readonly name: string }[];
}

/** @throws Error when the text is no YAML. */
export function readManifests(text: string): Manifest[] {
  return parseAllDocuments(text).map((document) => {
    const [error] = document.errors;
    if (error) throw error;
    return document.toJS() as Manifest;
  });
}

/** Paths below `k8s/`. */
function filesOfFolder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.yaml'))
    .map((path) => relative(manifestsFolder, join(folder, path)))
    .toSorted();
}

function read(path: string): string {
  return readFileSync(join(manifestsFolder, path), 'utf8');
}

/** By path. */
export function kustomizations(): ReadonlyMap<string, Kustomization> {
  const paths = filesOfFolder(manifestsFolder).filter((path) => path.endsWith('kustomization.yaml'));
  return new Map(paths.map((path) => [path, parse(read(path)) as Kustomization]));
}

/** Helm's, not Kubernetes'. */
export const adapterValuesPath = join('components', 'hpa', 'prometheus-adapter.yaml');

/** What is written by hand, by path. */
export function writtenManifests(): ReadonlyMap<string, readonly Manifest[]> {
  const paths = filesOfFolder(manifestsFolder).filter(
    (path) => !path.endsWith('kustomization.yaml') && path !== adapterValuesPath,
  );
  return new Map(paths.map((path) => [path, readManifests(read(path))]));
}

export function nameOf({ kind, metadata }: Manifest): string {
  return `${kind} ${metadata.name}`;
}
