import { durationMs } from '../../packages/shared/src/contract/duration.ts';
import type { Manifest } from './manifests.ts';

type Labels = Readonly<Record<string, string>>;

/** A container, as far as it is looked at here. */
interface Container {
  readonly name: string;
  readonly image: string;
  readonly env?: readonly {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: { readonly fieldRef?: { readonly fieldPath: string } };
  }[];
  readonly envFrom?: readonly {
    readonly configMapRef?: { readonly name: string };
    readonly secretRef?: { readonly name: string; readonly optional?: boolean };
  }[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  // oxlint-disable-next-line typescript/no-explicit-any -- probes, security and the like; the types check them elsewhere.
  readonly [part: string]: any;
}

/** What a Deployment or a StatefulSet runs. */
export interface Workload {
  readonly name: string;
  readonly manifest: Manifest;
  readonly labels: Labels;
  // oxlint-disable-next-line typescript/no-explicit-any -- as above.
  readonly pod: any;
  readonly container: Container;
}

export function workloads(manifests: readonly Manifest[]): Workload[] {
  return manifests
    .filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet')
    .map((manifest) => {
      const { metadata, spec: pod } = manifest.spec.template;
      const [container, ...others] = pod.containers as Container[];
      if (!container || others.length > 0) throw new Error(`${manifest.metadata.name} has not one container`);
      return { name: manifest.metadata.name, manifest, labels: metadata.labels as Labels, pod, container };
    });
}

export function ofKind(manifests: readonly Manifest[], kind: string): Manifest[] {
  return manifests.filter((manifest) => manifest.kind === kind);
}

export interface LabelSelector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values: readonly string[];
  }[];
}

/** @throws Error for an operator that nothing here uses. */
export function selects({ matchLabels = {}, matchExpressions = [] }: LabelSelector, labels: Labels): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values }) => {
      if (operator !== 'In') throw new Error(`${operator} is not known here`);
      return values.includes(labels[key] ?? '');
    })
  );
}

/** Stand-ins for the Secrets that an operator makes; docs/deploy.md names each. */
export const secretsOfOperator: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'baton-redis': { REDIS_URL: 'rediss://:password@redis.example.com:6379' },
  'baton-models': { ANTHROPIC_API_KEY: 'sk-ant-key' },
  'baton-api': {
    BATON_API_KEYS: `acme:${'0'.repeat(64)}`,
    DASHBOARD_USER: 'operator',
    DASHBOARD_PASSWORD: 'password',
  },
  'baton-webhooks': { WEBHOOK_SECRET: `whsec_${Buffer.alloc(32).toString('base64')}` },
};

function secretData(manifests: readonly Manifest[], name: string): Readonly<Record<string, string>> {
  const made = ofKind(manifests, 'Secret').find(({ metadata }) => metadata.name === name);
  if (!made) return secretsOfOperator[name] ?? {};
  return Object.fromEntries(
    Object.entries(made.data ?? {}).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
  );
}

/**
 * What the container's process finds in its environment.
 * @throws Error for a ConfigMap that there is not, and for a Secret that neither the set nor an operator makes.
 */
export function environmentOf(
  { container, labels }: Workload,
  manifests: readonly Manifest[],
): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const { configMapRef, secretRef } of container.envFrom ?? []) {
    if (configMapRef) {
      const map = ofKind(manifests, 'ConfigMap').find(({ metadata }) => metadata.name === configMapRef.name);
      if (!map) throw new Error(`there is no ConfigMap ${configMapRef.name}`);
      Object.assign(environment, map.data);
    }
    if (!secretRef) continue;
    const data = secretData(manifests, secretRef.name);
    if (Object.keys(data).length === 0) throw new Error(`there is no Secret ${secretRef.name}`);
    Object.assign(environment, data);
  }
  for (const { name, value, valueFrom } of container.env ?? []) {
    const [, label] = /^metadata\.labels\['(.+)'\]$/.exec(valueFrom?.fieldRef?.fieldPath ?? '') ?? [];
    environment[name] = value ?? labels[label ?? ''] ?? '';
  }
  return environment;
}

/** ms of a setting; NaN when it is not set. */
export function timeOf(environment: Readonly<Record<string, string>>, name: string): number {
  return durationMs(environment[name] ?? '') ?? Number.NaN;
}
