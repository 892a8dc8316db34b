import { firstOfKindConformance } from './testing/first-of-kind-conformance.ts';
import { memoryFirstOfKind } from './testing/memory-first-of-kind.ts';

firstOfKindConformance(() => {
  const firsts = memoryFirstOfKind();
  return [firsts, firsts];
});
