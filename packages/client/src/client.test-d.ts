import { describe, expectTypeOf, it } from 'vitest';
import type { GoalEvent } from './contract/event.ts';
import type { Goal, GoalSummary } from './contract/goal.ts';
import type { WorkerTypeView } from './contract/fleet.ts';
import { createClient, type BatonClient, type NewGoal } from './client.ts';

describe('the client', () => {
  it('takes a goal with nothing else', () => {
    expectTypeOf<{ goal: string }>().toExtend<NewGoal>();
    expectTypeOf<object>().not.toExtend<NewGoal>();
    expectTypeOf<{ goal: string; options: { priority: 'urgent' } }>().not.toExtend<NewGoal>();
    expectTypeOf<{ goal: string; options: { priority: 'high' } }>().toExtend<NewGoal>();
  });

  it('takes a plan whose tasks leave out what has a default', () => {
    type Planned<Task> = { goal: string; plan: { tasks: Task[] } };
    expectTypeOf<Planned<{ id: string; worker: string; description: string }>>().toExtend<NewGoal>();
    expectTypeOf<Planned<{ id: string; worker: string }>>().not.toExtend<NewGoal>();
  });

  it('speaks the types of the contract', () => {
    type Goals = BatonClient['goals'];
    expectTypeOf(createClient).returns.toEqualTypeOf<BatonClient>();
    expectTypeOf<Goals['create']>().returns.resolves.toEqualTypeOf<Goal>();
    expectTypeOf<Goals['retry']>().returns.resolves.toEqualTypeOf<Goal>();
    expectTypeOf<Goals['wait']>().returns.resolves.toEqualTypeOf<Goal>();
    expectTypeOf<Goals['output']>().returns.resolves.toEqualTypeOf<string>();
    expectTypeOf<Goals['stream']>().returns.toExtend<AsyncIterable<GoalEvent>>();
    expectTypeOf<Goals['list']>().returns.resolves.toHaveProperty('items').toEqualTypeOf<GoalSummary[]>();
    expectTypeOf<BatonClient['workerTypes']['list']>().returns.resolves.toEqualTypeOf<WorkerTypeView[]>();
  });

  it('takes a signal everywhere', () => {
    type Last<Call> = Call extends (...given: infer Given) => unknown
      ? Required<Given> extends [...unknown[], infer Options]
        ? NonNullable<Options>
        : never
      : never;
    type TakesSignal<Part> = { [Name in keyof Part]: 'signal' extends keyof Last<Part[Name]> ? true : false };
    type Everywhere<Part> = { [Name in keyof Part]: true };
    expectTypeOf<TakesSignal<BatonClient['goals']>>().toEqualTypeOf<Everywhere<BatonClient['goals']>>();
    expectTypeOf<TakesSignal<BatonClient['plans']>>().toEqualTypeOf<Everywhere<BatonClient['plans']>>();
    expectTypeOf<TakesSignal<BatonClient['recipes']>>().toEqualTypeOf<{ list: true }>();
    expectTypeOf<TakesSignal<BatonClient['usage']>>().toEqualTypeOf<{ get: true; csv: true }>();
    expectTypeOf<TakesSignal<BatonClient['analytics']>>().toEqualTypeOf<{ get: true }>();
    expectTypeOf<TakesSignal<BatonClient['stats']>>().toEqualTypeOf<{ get: true }>();
    expectTypeOf<TakesSignal<BatonClient['workerTypes']>>().toEqualTypeOf<{ list: true }>();
  });
});
