import { endsStream } from '../contract/event.ts';
import { toWrittenEvent, type StreamEntry, type WrittenEvent } from './event-log.ts';

/** Consecutive events of one goal, parsed once and shared by all who read them. A terminal event is a batch's last. */
export interface EventBatch {
  readonly events: readonly WrittenEvent[];
  readonly lastId: number;
  /** Characters of data. */
  readonly size: number;
  readonly isTerminal: boolean;
}

/** Characters after which a batch is full: a reader that takes nothing has been given at most one batch too many. */
const FULL = 65_536;

/** @param entries in the order of their ids. */
export function toBatches(goalId: string, entries: readonly StreamEntry[]): EventBatch[] {
  const batches: EventBatch[] = [];
  let events: WrittenEvent[] = [];
  let size = 0;
  const close = (last: WrittenEvent | undefined): void => {
    if (!last) return;
    batches.push({ events, lastId: Number(last.id), size, isTerminal: endsStream(last.event) });
    events = [];
    size = 0;
  };
  for (const entry of entries) {
    const event = toWrittenEvent(goalId, entry);
    events.push(event);
    size += event.data.length;
    if (size >= FULL || endsStream(event.event)) close(event);
  }
  close(events.at(-1));
  return batches;
}

export function sizeOf(batches: readonly EventBatch[]): number {
  return batches.reduce((sum, { size }) => sum + size, 0);
}

/** Of the first batch that goes beyond `position` what does so, or null. A batch that is wanted whole is the shared one. */
export function batchAfter(batches: readonly EventBatch[], position: number): EventBatch | null {
  const batch = batches.find(({ lastId }) => lastId > position);
  if (!batch || Number(batch.events[0]?.id) > position) return batch ?? null;
  const events = batch.events.filter(({ id }) => Number(id) > position);
  return { ...batch, events, size: events.reduce((sum, { data }) => sum + data.length, 0) };
}
