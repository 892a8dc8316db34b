import fc from 'fast-check';
import type { Dependent } from '../topology.ts';

/** Acyclic nodes in random order, with random density, odd ids and now and then a dependency named twice. */
export const acyclicNodes = (maxNodes: number): fc.Arbitrary<readonly Dependent[]> =>
  fc
    .record({
      size: fc.integer({ min: 1, max: maxNodes }),
      density: fc.integer({ min: 0, max: 100 }),
      seed: fc.infiniteStream(fc.nat(99)),
    })
    .chain(({ size, density, seed }) => {
      const nodes = Array.from({ length: size }, (_, index): Dependent => {
        const dependencies = Array.from({ length: index }, (_unused, earlier) => nodeId(earlier)).filter(
          () => draw(seed) < density,
        );
        const repeated = draw(seed) < 10 ? dependencies.slice(0, 1) : [];
        return { id: nodeId(index), dependencies: [...dependencies, ...repeated] };
      });
      return fc.shuffledSubarray(nodes, { minLength: size });
    });

const nodeId = (index: number): string => (index === 0 ? '__proto__' : `node: ${index}`);

const draw = (numbers: Iterator<number>): number => numbers.next().value as number;
