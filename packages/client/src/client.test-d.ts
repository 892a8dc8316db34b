import { describe, expectTypeOf, it } from 'vitest';
import type { GoalEvent } from '@baton/shared/contract/event';
import type { Goal, GoalSummary } from '@baton/shared/contract/goal';
import type { WorkerTypeView } from '@baton/shared/contract/worker-type';
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
    expectTypeOf<Goals['events']>().returns.toExtend<AsyncIterable<GoalEvent>>();
    expectTypeOf<Goals['list']>()
      .returns.resolves.toHaveProperty('items')
      .toEqualTypeOf<readonly GoalSummary[]>();
    expectTypeOf<BatonClient['workerTypes']['list']>().returns.resolves.toEqualTypeOf<
      readonly WorkerTypeView[]
    >();
  });

  it('takes a signal everywhere', () => {
    type Goals = BatonClient['goals'];
    type Signal = { signal: AbortSignal };
    expectTypeOf<Signal>().toExtend<NonNullable<Parameters<Goals['create']>[1]>>();
    expectTypeOf<Signal>().toExtend<NonNullable<Parameters<Goals['get']>[1]>>();
    expectTypeOf<Signal>().toExtend<NonNullable<Parameters<Goals['list']>[1]>>();
    expectTypeOf<Signal>().toExtend<NonNullable<Parameters<Goals['cancel']>[1]>>();
    expectTypeOf<Signal>().toExtend<NonNullable<Parameters<Goals['output']>[1]>>();
    expectTypeOf<Signal>().toExtend<NonNullable<Parameters<Goals['wait']>[1]>>();
    expectTypeOf<Signal & { after: string }>().toExtend<NonNullable<Parameters<Goals['events']>[1]>>();
    expectTypeOf<Signal>().toExtend<NonNullable<Parameters<BatonClient['workerTypes']['list']>[0]>>();
  });
});
