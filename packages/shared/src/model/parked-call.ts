import { LaterError } from './llm.ts';

/** A job is woken when its answer is there; should nobody wake it, it looks again after so long, in ms. */
export const LOOK_AGAIN_MS = 300_000;

/** The request waits for a batch, or is in one: its job is to give its slot back until the answer is there. */
export class ParkedCall extends LaterError {
  override readonly name = 'ParkedCall';

  constructor() {
    super('The request waits for the answer of a batch.', LOOK_AGAIN_MS);
  }
}
