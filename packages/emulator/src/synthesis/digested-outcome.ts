import type { Digest } from '../answer/markdown-digest.ts';
import type { OutcomeInput } from '../answer/prompt.ts';

export interface DigestedOutcome extends OutcomeInput {
  readonly digest: Digest;
}
