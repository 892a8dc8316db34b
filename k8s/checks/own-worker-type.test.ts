import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadWorkers } from '../../apps/worker/src/workers/load-workers.ts';
import { workerSettings } from '../../packages/shared/src/settings/settings.ts';
import { faultOf } from './kubernetes-types.ts';
import { manifestsFolder, nameOf, readManifests } from './manifests.ts';
import { ofKind, workloads } from './pods.ts';
import { kustomize } from './rendered.ts';

const folder = join(manifestsFolder, 'examples', 'own-worker-type');

test('the example of a worker type of your own is one', async () => {
  const [worker, ...others] = await loadWorkers(join(folder, 'workers.yml'));
  const [numbers] = readManifests(readFileSync(join(folder, 'worker-type.yaml'), 'utf8'));
  expect([worker?.type, others]).toEqual([numbers?.data?.['type'], []]);
  // It would win over WORKER_CONCURRENCY, and the scaler would divide by another number than pods take.
  expect(String(worker?.concurrency ?? numbers?.data?.['slots'])).toBe(numbers?.data?.['slots']);
});

describe.skipIf('refused' in kustomize)('rendered', async () => {
  const manifests = 'refused' in kustomize ? [] : readManifests(await kustomize.render(folder));

  test('it is made as the others are, and finds its file', async () => {
    expect(
      manifests.map((manifest) => nameOf(manifest).replace(/(ConfigMap .*)-.*/, '$1')).toSorted(),
    ).toEqual([
      'ConfigMap translator-workers',
      'Deployment worker-translator',
      'HorizontalPodAutoscaler worker-translator',
      'PodDisruptionBudget worker-translator',
      'ScaledObject worker-by-stats-translator',
      'ScaledObject worker-translator',
    ]);
    for (const manifest of manifests)
      expect([nameOf(manifest), await faultOf(manifest)]).toEqual([nameOf(manifest), null]);
    const [workload] = workloads(manifests);
    const environment = Object.fromEntries(
      (workload?.container.env ?? []).map(({ name, value }) => [
        name,
        value ?? workload?.labels['worker-type'],
      ]),
    );
    expect(workerSettings({ ...environment, ANTHROPIC_API_KEY: 'key' })).toMatchObject({
      BATON_WORKERS: '/etc/baton/workers.yml',
      WORKER_TYPES: ['translator'],
    });
    const [map] = ofKind(manifests, 'ConfigMap');
    expect(Object.keys(map?.data ?? {})).toEqual(['workers.yml']);
    expect(workload?.pod.volumes).toContainEqual({
      name: 'own-workers',
      configMap: { name: map?.metadata.name },
    });
    expect(workload?.container['volumeMounts']).toContainEqual(
      expect.objectContaining({ name: 'own-workers', mountPath: '/etc/baton' }),
    );
  });
});
