import { builtInWorkerTypes } from '../../packages/plan/src/worker-types/built-in.ts';
import {
  settingFields,
  orchestratorSettings,
  workerSettings,
} from '../../packages/shared/src/settings/settings.ts';
import { describe, expect, test } from 'vitest';
import { ofKind, environmentOf, selects, timeOf, workloads, type Workload } from './pods.ts';
import { kustomize, rendered, variantNames } from './rendered.ts';

/** Longest wait of a call in its process before it is sent (docs/models.md, Limits), ms. */
const LONGEST_TURN = 20_000;
/** What closing may take after SHUTDOWN_GRACE (run-main.ts), ms. */
const CLOSING = 5_000;

const restrictedPod = { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } };
const restrictedContainer = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};

function isBaton({ labels }: Workload): boolean {
  return labels['app.kubernetes.io/name'] === 'baton';
}

/** Port numbers by name. */
function portsOf({ container }: Workload): Record<string, number> {
  return Object.fromEntries((container.ports ?? []).map(({ name, containerPort }) => [name, containerPort]));
}

test('kustomize renders every overlay and every component', ({ skip }) => {
  if ('refused' in kustomize) skip(kustomize.refused);
  expect([...rendered.keys()]).toEqual(variantNames);
});

describe.for(variantNames)('%s', { skip: 'refused' in kustomize }, (variant) => {
  const manifests = rendered.get(variant) ?? [];
  const all = workloads(manifests);
  const batons = all.filter(isBaton);

  test('runs the API, the planner and every worker type that is built in, and each has its budget', () => {
    const types = builtInWorkerTypes.map(({ type }) => `worker-${type}`);
    expect(batons.map(({ name }) => name).toSorted()).toEqual(['api', 'planner', ...types].toSorted());
    for (const { name, labels } of batons) {
      const budgets = ofKind(manifests, 'PodDisruptionBudget').filter(({ spec }) =>
        selects(spec.selector, labels),
      );
      expect([name, budgets.map(({ metadata }) => metadata.name)]).toEqual([name, [name]]);
    }
    expect(/\bTYPE\b/.exec(JSON.stringify(manifests))).toBeNull();
  });

  test('every setting is one of its program, and together they start it', () => {
    for (const workload of batons) {
      const environment = environmentOf(workload, manifests);
      const program = workload.container.name === 'worker' ? 'worker' : 'orchestrator';
      const known = Object.keys(settingFields[program]);
      const foreign = Object.keys(environment).filter((name) => !known.includes(name));
      expect([workload.name, foreign]).toEqual([workload.name, []]);
      const settings = program === 'worker' ? workerSettings(environment) : orchestratorSettings(environment);
      expect(settings.HOST).toBe('0.0.0.0');
      const port = 'PORT' in settings ? settings.PORT : settings.HEALTH_PORT;
      expect(portsOf(workload)).toEqual({ http: port });
      if ('WORKER_TYPES' in settings) expect(workload.name).toBe(`worker-${String(settings.WORKER_TYPES)}`);
    }
  });

  test('a pod that stops has time for its longest call', () => {
    for (const workload of batons) {
      const { name, pod, container, labels } = workload;
      const environment = environmentOf(workload, manifests);
      const grace = timeOf(environment, 'SHUTDOWN_GRACE');
      const drain = (container['lifecycle']?.preStop?.sleep?.seconds ?? 0) * 1_000 + grace + CLOSING;
      expect([name, pod.terminationGracePeriodSeconds * 1_000 > drain]).toEqual([name, true]);
      // Autoscalers of nodes wait for ten minutes.
      expect(pod.terminationGracePeriodSeconds).toBeLessThan(600);
      if (labels['app.kubernetes.io/component'] === 'api') continue;
      expect(grace).toBeGreaterThan(timeOf(environment, 'MODEL_TIMEOUT') + LONGEST_TURN);
    }
  });

  test('pods are restricted, know nothing of Kubernetes, and are probed at ports that they have', () => {
    for (const { name, pod, container, ...workload } of all) {
      expect([name, pod.securityContext]).toEqual([name, expect.objectContaining(restrictedPod)]);
      expect(pod.securityContext.runAsUser).toBeGreaterThan(0);
      expect([name, container['securityContext']]).toEqual([name, restrictedContainer]);
      expect(pod).toMatchObject({ automountServiceAccountToken: false, enableServiceLinks: false });
      expect(pod).not.toHaveProperty('hostNetwork');
      expect(container['resources']).toMatchObject({
        requests: { cpu: expect.any(String), memory: expect.any(String) },
        limits: { memory: expect.any(String) },
      });
      for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe']) {
        const { httpGet, tcpSocket, exec } = container[probe] ?? {};
        const port = httpGet?.port ?? tcpSocket?.port;
        expect([
          name,
          probe,
          exec !== undefined || port in portsOf({ name, pod, container, ...workload }),
        ]).toEqual([name, probe, true]);
      }
      const { failureThreshold, periodSeconds } = container['livenessProbe'];
      expect(failureThreshold * periodSeconds).toBeGreaterThanOrEqual(60);
    }
    const [namespace] = ofKind(manifests, 'Namespace');
    expect(namespace?.metadata.labels).toMatchObject({ 'pod-security.kubernetes.io/enforce': 'restricted' });
  });

  test('selectors select, and Services lead to ports', () => {
    for (const { manifest, labels, pod } of all) {
      expect(selects(manifest.spec.selector, labels)).toBe(true);
      for (const { labelSelector } of pod.topologySpreadConstraints ?? [])
        expect(selects(labelSelector, labels)).toBe(true);
    }
    for (const { metadata, spec } of ofKind(manifests, 'Service')) {
      const behind = all.filter(({ labels }) => selects({ matchLabels: spec.selector }, labels));
      expect([metadata.name, behind.length]).toEqual([metadata.name, 1]);
      const [{ targetPort }] = spec.ports;
      expect(behind.every((workload) => targetPort in portsOf(workload))).toBe(true);
    }
    for (const { spec } of ofKind(manifests, 'ServiceMonitor')) {
      const services = ofKind(manifests, 'Service').filter(({ metadata }) =>
        selects(spec.selector, metadata.labels ?? {}),
      );
      expect(services.map(({ spec: { ports } }) => ports[0].name)).toEqual([spec.endpoints[0].port]);
    }
    for (const { spec } of ofKind(manifests, 'PodMonitor')) {
      const pods = all.filter(({ labels }) => selects(spec.selector, labels));
      expect(pods).toHaveLength(batons.length - 1);
      for (const workload of pods) expect(portsOf(workload)).toHaveProperty(spec.podMetricsEndpoints[0].port);
    }
  });

  test('no secret is in it but those of dev, which are none', () => {
    const secrets = ofKind(manifests, 'Secret').map(({ metadata }) =>
      metadata.name.replace(/-[a-z0-9]+$/, ''),
    );
    expect(secrets.toSorted()).toEqual(variant === 'dev' ? ['baton-api', 'baton-models', 'baton-redis'] : []);
  });
});
