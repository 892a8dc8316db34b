import type { LlmResponse } from './llm.ts';

/** That the model declined, with the endpoint's reason where it gave one. @param what a clause such as `The model refused this task` */
export function refusalText(what: string, { refusal }: Pick<LlmResponse, 'refusal'>): string {
  return refusal === undefined ? `${what}.` : `${what}: ${refusal}`;
}
