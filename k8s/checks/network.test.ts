import { describe, expect, test } from 'vitest';
import { ofKind, selects, workloads } from './pods.ts';
import { kustomize, rendered, variantNames } from './rendered.ts';

describe.for(variantNames)('%s', { skip: 'refused' in kustomize }, (variant) => {
  const manifests = rendered.get(variant) ?? [];
  const pods = workloads(manifests);
  const policies = new Map(
    ofKind(manifests, 'NetworkPolicy').map(({ metadata, spec }) => [metadata.name, spec]),
  );
  const selected = (name: string): string[] =>
    pods.filter(({ labels }) => selects(policies.get(name).podSelector, labels)).map(({ name: pod }) => pod);

  test('what no policy allows is denied', () => {
    expect(policies.get('default-deny')).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
  });

  test('every policy selects pods, and names ports and pods that there are', () => {
    for (const [name, { ingress = [], egress = [], policyTypes }] of policies) {
      expect([name, selected(name).length > 0]).toEqual([name, true]);
      expect(policyTypes).toEqual(
        name === 'default-deny' ? ['Ingress', 'Egress'] : [ingress.length > 0 ? 'Ingress' : 'Egress'],
      );
      for (const { from = [], to = [], ports } of [...ingress, ...egress]) {
        const others = [...from, ...to].filter((peer) => peer.podSelector && !peer.namespaceSelector);
        for (const { podSelector } of others)
          expect([name, pods.some(({ labels }) => selects(podSelector, labels))]).toEqual([name, true]);
        const reached =
          ingress.length > 0
            ? selected(name)
            : pods
                .filter(({ labels }) => others.some(({ podSelector }) => selects(podSelector, labels)))
                .map(({ name: pod }) => pod);
        for (const { port } of ports) {
          if (typeof port !== 'string') continue;
          const having = pods.filter(
            ({ name: pod, container }) =>
              reached.includes(pod) && container.ports?.some(({ name: own }) => own === port),
          );
          expect([name, having.length]).toEqual([name, reached.length]);
        }
      }
    }
  });

  test('who may reach models holds their keys, and nobody else does', () => {
    const holding = pods
      .filter(({ container }) =>
        container.envFrom?.some(({ secretRef }) => secretRef?.name.startsWith('baton-models')),
      )
      .map(({ name }) => name);
    expect(holding).toEqual(selected('models'));
    expect(holding.includes('api')).toBe(variant === 'with HPAs, traces and dry runs');
    expect(holding).toContain('planner');
    const [{ ports }] = policies.get('models').egress;
    expect(ports).toEqual([{ protocol: 'TCP', port: 443 }]);
  });

  test('Redis is for Baton alone', () => {
    expect(selected('redis')).toHaveLength(10);
    const open = [...policies].filter(([, { ingress = [] }]) =>
      ingress.some(({ from = [] }) => from.length === 0),
    );
    expect(open).toEqual([]);
    if (variant === 'dev') expect(selected('redis-from-baton')).toEqual(['redis']);
  });

  test('nothing of the outside reaches more than the API', () => {
    for (const { spec } of ofKind(manifests, 'Ingress')) {
      const paths = spec.rules.flatMap(({ http }: { http: { paths: { path: string }[] } }) => http.paths);
      for (const { path, backend } of paths) {
        expect(path).toMatch(/^\/(v1|docs|openapi\.json|admin)$/);
        expect(backend.service).toEqual({ name: 'api', port: { name: 'http' } });
      }
    }
  });
});
