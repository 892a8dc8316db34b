import { beforeAll, describe, expect, test } from 'vitest';
import { faultOf } from './kubernetes-types.ts';
import { nameOf, writtenManifests, type Manifest } from './manifests.ts';
import { kustomize, rendered, variantNames } from './rendered.ts';
import { misfits } from './typed-literals.ts';

const written = writtenManifests();

function deploymentOf(manifests: readonly Manifest[]): Manifest {
  const found = manifests.find(({ kind }) => kind === 'Deployment');
  if (!found) throw new Error('there is no Deployment');
  return structuredClone(found);
}

test.for([...written])('%s fits its kinds', async ([, manifests]) => {
  for (const manifest of manifests)
    expect([nameOf(manifest), await faultOf(manifest)]).toEqual([nameOf(manifest), null]);
});

describe.skipIf('refused' in kustomize)('rendered', () => {
  test.for(variantNames)('%s: each manifest fits its kind', async (variant) => {
    const manifests = rendered.get(variant) ?? [];
    expect(manifests.length).toBeGreaterThan(30);
    for (const manifest of manifests)
      expect([nameOf(manifest), await faultOf(manifest)]).toEqual([nameOf(manifest), null]);
  });
});

describe('the compiler', () => {
  let complaints: string[] = [];
  const unlike = new Map<string, Manifest>();
  // Worker types are made alike, but for their names.
  for (const manifest of [...written.values(), ...rendered.values()].flat())
    if ((manifest.metadata.labels?.['worker-type'] ?? 'researcher') === 'researcher')
      unlike.set(JSON.stringify(manifest), manifest);

  const misspelt = deploymentOf(written.get('base/api.yaml') ?? []);
  const [container] = misspelt.spec.template.spec.containers;
  container.readinesProbe = container.readinessProbe;
  delete container.readinessProbe;
  const deep = deploymentOf(written.get('base/api.yaml') ?? []);
  deep.spec.template.spec.securityContext.runAsNonRot = true;
  const scaled = structuredClone(written.get('worker/template/scaled-object.yaml')?.[0] as Manifest);
  scaled.spec.coolDownPeriod = 300;

  beforeAll(async () => {
    complaints = await misfits([...unlike.values(), misspelt, deep, scaled]);
  }, 60_000);

  test('knows every field of every manifest, and finds planted typing errors', () => {
    expect(complaints).toEqual([
      expect.stringMatching(/^Deployment api: .*readinesProbe/),
      expect.stringMatching(/^Deployment api: .*runAsNonRot/),
      expect.stringMatching(/^ScaledObject worker-TYPE: .*coolDownPeriod/),
    ]);
  });
});

test.for<[string, (spec: Manifest['spec']) => void, RegExp]>([
  ['a field of another type', (spec) => (spec.replicas = 'two'), /replicas must be integer/],
  [
    'a misspelt field that has to be there',
    (spec) => {
      spec.selectr = spec.selector;
      delete spec.selector;
    },
    /selector/,
  ],
])('schemas find %s', async ([, plant, said]) => {
  const deployment = deploymentOf(written.get('base/api.yaml') ?? []);
  plant(deployment.spec);
  expect(await faultOf(deployment)).toMatch(said);
});
