import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtInWorkerTypes } from '../../packages/plan/src/worker-types/built-in.ts';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { faultsOf, knownMetrics } from '../../scripts/prometheus/known-metrics.mjs';
import { adapterValuesPath, manifestsFolder, type Manifest } from './manifests.ts';
import { ofKind, workloads } from './pods.ts';
import { kustomize, rendered, variantNames, type Variant } from './rendered.ts';

const scalers: Readonly<Record<Variant, string | null>> = {
  dev: null,
  production: 'keda',
  'with HPAs, traces and dry runs': 'hpa',
  'without Prometheus': 'keda-metrics-api',
};

function scalersOf(manifests: readonly Manifest[]): Manifest[] {
  return [...ofKind(manifests, 'ScaledObject'), ...ofKind(manifests, 'HorizontalPodAutoscaler')];
}

describe.for(variantNames)('%s', { skip: 'refused' in kustomize }, (variant) => {
  const manifests = rendered.get(variant) ?? [];
  const workers = workloads(manifests).filter(({ container }) => container.name === 'worker');

  test('each worker type has one scaler, or a number of pods', () => {
    expect(workers).toHaveLength(builtInWorkerTypes.length);
    for (const { name, manifest } of workers) {
      const own = scalersOf(manifests).filter(({ spec }) => spec.scaleTargetRef.name === name);
      const scaler = scalers[variant];
      expect([name, own.map(({ metadata }) => metadata.labels?.['autoscaler'])]).toEqual([
        name,
        scaler === null ? [] : [scaler],
      ]);
      // A number in the manifest would undo the scaler's with every apply.
      expect([name, manifest.spec.replicas]).toEqual([name, scaler === null ? 1 : undefined]);
    }
    expect(scalersOf(manifests)).toHaveLength(scalers[variant] === null ? 0 : workers.length);
  });

  test('a scaler asks for its own type, and counts by the slots of its pods', () => {
    for (const { name, labels, container } of workers) {
      const type = labels['worker-type'] ?? '';
      const slots = container.env?.find(({ name: setting }) => setting === 'WORKER_CONCURRENCY')?.value;
      expect(slots).toBe('8');
      for (const { kind, spec } of scalersOf(manifests).filter(
        ({ spec: { scaleTargetRef } }) => scaleTargetRef.name === name,
      )) {
        if (kind === 'HorizontalPodAutoscaler') {
          expect([spec.minReplicas, spec.maxReplicas]).toEqual([1, 20]);
          for (const { external } of spec.metrics) {
            expect(external.metric.selector.matchLabels).toEqual({ worker_type: type });
            expect(external.target.averageValue).toBe(slots);
          }
          continue;
        }
        expect([spec.minReplicaCount, spec.maxReplicaCount]).toEqual([0, 20]);
        for (const { metadata } of spec.triggers) {
          expect(metadata.threshold ?? metadata.targetValue).toBe(slots);
          const asked: string = metadata.query ?? metadata.valueLocation;
          expect(asked.match(/type="([^"]*)"/g) ?? [asked.match(/=="([^"]*)"/)?.[0]]).toEqual([
            metadata.query ? `type="${type}"` : `=="${type}"`,
          ]);
          if (metadata.query) expect(asked).toContain('namespace=~"baton|"');
          for (const value of Object.values(metadata)) expect(typeof value).toBe('string');
        }
      }
    }
  });

  test('pods go one at a time', () => {
    for (const { spec } of scalersOf(manifests)) {
      const { behavior } = spec.advanced?.horizontalPodAutoscalerConfig ?? spec;
      expect(behavior.scaleDown.policies).toEqual([{ type: 'Pods', value: 1, periodSeconds: 60 }]);
    }
  });

  test('figures that are not to be had scale nothing down', () => {
    for (const { spec } of ofKind(manifests, 'ScaledObject')) {
      expect(spec.fallback.behavior).toBe('currentReplicasIfHigher');
      expect(spec.triggers[0].metadata.ignoreNullValues ?? 'false').toBe('false');
    }
  });
});

test('every query asks for figures that Baton tells', async () => {
  const known = await knownMetrics([]);
  const text = readFileSync(join(manifestsFolder, 'worker/template/scaled-object.yaml'), 'utf8');
  const { rules } = parse(readFileSync(join(manifestsFolder, adapterValuesPath), 'utf8'));
  const queries: string[] = [
    ...(parse(text) as Manifest).spec.triggers.map(
      ({ metadata }: { metadata: { query: string } }) => metadata.query,
    ),
    ...rules.external.map(({ metricsQuery }: { metricsQuery: string }) =>
      metricsQuery.replaceAll('<<.LabelMatchers>>', 'namespace="baton",worker_type="writer"'),
    ),
  ];
  expect(queries).toHaveLength(4);
  for (const query of queries) expect([query, faultsOf(query, known)]).toEqual([query, []]);
});

test('the adapter knows what the autoscalers ask for', () => {
  const { rules } = parse(readFileSync(join(manifestsFolder, adapterValuesPath), 'utf8'));
  const told = rules.external.map(({ name }: { name: { as: string } }) => name.as);
  const text = readFileSync(join(manifestsFolder, 'worker/template/horizontal-pod-autoscaler.yaml'), 'utf8');
  const { spec } = parse(text) as Manifest;
  expect(
    spec.metrics.map(({ external }: { external: { metric: { name: string } } }) => external.metric.name),
  ).toEqual(told);
});
