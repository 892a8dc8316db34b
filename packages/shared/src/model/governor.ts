import type { Llm } from './llm.ts';
import type { CallPurpose } from './call-purpose.ts';

/** Lets calls to a model pass as its endpoint's limits allow, whichever process makes them. */
export interface Governor {
  readonly kind: 'governor';
}

/** For a process that shares its models with nobody: every call passes. */
export const freeGovernor: Governor = { kind: 'governor' };

export function withGovernor(llm: Llm, _governor: Governor, _purpose: CallPurpose): Llm {
  return llm;
}
