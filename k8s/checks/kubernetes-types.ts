import type { Manifest } from './manifests.ts';

/** The packages that know an API group, by its end. */
const packages: readonly (readonly [string, string])[] = [
  ['keda.sh', '@kubernetes-models/keda/'],
  ['monitoring.coreos.com', '@kubernetes-models/prometheus-operator/'],
  ['', 'kubernetes-models/'],
];

/** The module that has the class of a kind, and its interface by the same name after an `I`. */
export function moduleOf({ apiVersion, kind }: Manifest): string {
  const [group = ''] = apiVersion.split('/');
  const [, from = ''] = packages.find(([end]) => group.endsWith(end)) ?? [];
  return `${from}${apiVersion}/${kind}`;
}

interface Model {
  /** @throws Error that names every place that is wrong. */
  validate(): void;
}

/** What is wrong with a manifest by its kind's schema, or null. It knows required fields, types, patterns; not fields that are none. */
export async function faultOf(manifest: Manifest): Promise<string | null> {
  const models = (await import(moduleOf(manifest))) as Record<string, new (data: Manifest) => Model>;
  const Kind = models[manifest.kind];
  if (!Kind) return `${manifest.apiVersion} has no ${manifest.kind}`;
  try {
    new Kind(manifest).validate();
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}
