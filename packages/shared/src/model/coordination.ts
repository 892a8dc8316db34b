import { noBatches, type BatchOutbox } from './batch-outbox.ts';
import { noSamples, type CallSamples } from './call-samples.ts';
import { alwaysFirst, type FirstOfKind } from './first-of-kind.ts';
import { freeGovernor, type Governor } from './governor.ts';

/** What the processes of a fleet share about their models. */
export interface Coordination {
  readonly governor: Governor;
  readonly firsts: FirstOfKind;
  readonly samples: CallSamples;
  readonly batches: BatchOutbox;
}

/** For a process on its own. */
export const alone: Coordination = Object.freeze({
  governor: freeGovernor,
  firsts: alwaysFirst,
  samples: noSamples,
  batches: noBatches,
});
