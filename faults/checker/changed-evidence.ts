import type { SubmitAnswer } from '../evidence/client-log.ts';
import type { CallRecord, Evidence, Goal, GoalEvent, GoalSeen } from '../evidence/evidence.ts';
import { call, soundEvidence } from './sound-evidence.ts';

type Mutable<T> = T extends readonly (infer Item)[]
  ? Mutable<Item>[]
  : T extends object
    ? { -readonly [Key in keyof T]: Mutable<T[Key]> }
    : T;
export type Draft = Mutable<Evidence>;

/** The sound evidence with something wrong in it. */
export function changed(change: (draft: Draft) => void): Evidence {
  const draft = structuredClone(soundEvidence()) as Draft;
  change(draft);
  return draft;
}

export function goal(draft: Draft, index = 0): Mutable<GoalSeen> {
  return nth(draft.goals, index);
}

/** The answers to the request that came with an Idempotency-Key. */
export function keyed(draft: Draft): Mutable<SubmitAnswer>[] {
  const { keyed: answers } = nth(draft.client.submissions, 0);
  if (!answers) throw new Error('The first submission has no key.');
  return answers;
}

/** What the API shows of it. */
export function shown(draft: Draft, index = 0): Mutable<Goal> {
  const { goal: found } = goal(draft, index);
  if (found === null) throw new Error('The API shows no such goal.');
  return found;
}

export function nth<Item>(items: readonly Item[], place: number): Item {
  const item = items.at(place);
  if (item === undefined) throw new Error(`There is no item ${place}.`);
  return item;
}

export function add(draft: Draft, given: Partial<CallRecord>, text = 'The first goal'): void {
  draft.model.calls.push(call(text, 100 + draft.model.calls.length, given));
}

/** Rewrites the events of the first goal, for the list and for its reader alike. */
export function rewrite(draft: Draft, events: readonly Pick<GoalEvent, 'event' | 'data'>[], index = 0): void {
  const numbered = events.map((event, place) => ({
    ...event,
    id: String(place + 1),
  })) as Mutable<GoalEvent>[];
  goal(draft, index).events = numbered;
  const reader = draft.client.readers[index];
  if (reader)
    reader.connections = [{ openedAt: 0, after: null, status: 200, events: numbered, ended: 'whole' }];
}

export function without(events: readonly GoalEvent[], id: number): GoalEvent[] {
  return events.filter((event) => event.id !== String(id));
}
