/** The client's own types against the contract that the server keeps: either one changed alone is red. */
import { describe, expectTypeOf, it } from 'vitest';
import type { AnalyticsReport as SharedAnalyticsReport } from '@baton/shared/contract/analytics';
import type { decompositions, planSchema } from '@baton/plan/plan';
import type { approveRequestSchema, rejectRequestSchema } from '@baton/shared/contract/approval';
import type * as sharedDelivery from '@baton/shared/contract/delivery';
import type * as sharedEvent from '@baton/shared/contract/event';
import type * as sharedFeedback from '@baton/shared/contract/feedback';
import type * as sharedGoal from '@baton/shared/contract/goal';
import type * as sharedBatch from '@baton/shared/contract/goal-batch';
import type { GoalCallPage as SharedGoalCallPage } from '@baton/shared/contract/goal-calls';
import type { goalListSchema } from '@baton/shared/contract/goal-list';
import type { goalRequestSchema } from '@baton/shared/contract/goal-request';
import type * as sharedStatus from '@baton/shared/contract/goal-status';
import type * as sharedPlanning from '@baton/shared/contract/planning';
import type * as sharedProblem from '@baton/shared/contract/problem';
import type * as sharedRecipe from '@baton/shared/contract/recipe';
import type * as sharedStats from '@baton/shared/contract/stats';
import type * as sharedOutcome from '@baton/shared/contract/task-outcome';
import type * as sharedWorkerType from '@baton/shared/contract/worker-type';
import type { UsageReport as SharedUsageReport } from '@baton/shared/contract/usage-report';
import type { Approval, CallOptions, NewFeedback, Rejection } from '../api.ts';
import type { AnalyticsReport } from './analytics.ts';
import type { Delivery } from './delivery.ts';
import type { EventName, GoalEvent } from './event.ts';
import type { RecipeView, Stats, WorkerTypeView } from './fleet.ts';
import type { GoalBatchItem } from './goal-batch.ts';
import type { GoalCallPage } from './goal-calls.ts';
import type { NewGoal, NewGoalOptions } from './goal-request.ts';
import type { GoalStatus, TerminalGoalStatus } from './goal-status.ts';
import type { Feedback, Goal, GoalError, GoalPage, GoalSummary, Missing, TaskView } from './goal.ts';
import type {
  Decomposition,
  DryRun,
  ForecastOptions,
  NewPlan,
  NewPlanRequest,
  PlanCheck,
  PlanningOptions,
  PlanView,
} from './plan.ts';
import type { Problem, ProblemName } from './problem.ts';
import type { TaskStatus, Usage } from './task-outcome.ts';
import type { UsageReport } from './usage-report.ts';

type Input<Schema extends { _zod: { input: unknown } }> = ReadonlyDeep<Schema['_zod']['input']>;
type Output<Schema extends { _zod: { output: unknown } }> = Schema['_zod']['output'];
type ReadonlyDeep<Value> = Value extends readonly (infer Item)[]
  ? readonly ReadonlyDeep<Item>[]
  : Value extends object
    ? { readonly [Key in keyof Value]: ReadonlyDeep<Value[Key]> }
    : Value;

type ContractRequest = Input<typeof goalRequestSchema>;
type ContractOptions = NonNullable<ContractRequest['options']>;
/** Options of which the contract takes the neutral value alone. */
type NotYet = 'onTaskFailure';
type ContractPlanRequest = Input<typeof sharedPlanning.planRequestSchema>;
type ContractPlanCheck = Input<typeof sharedPlanning.planCheckRequestSchema>;

describe('what the server says', () => {
  it('of goals', () => {
    expectTypeOf<Goal>().toEqualTypeOf<sharedGoal.Goal>();
    expectTypeOf<GoalSummary>().toEqualTypeOf<sharedGoal.GoalSummary>();
    expectTypeOf<GoalPage>().toEqualTypeOf<Output<typeof goalListSchema>>();
    expectTypeOf<GoalCallPage>().toEqualTypeOf<SharedGoalCallPage>();
    expectTypeOf<AnalyticsReport>().toEqualTypeOf<SharedAnalyticsReport>();
    expectTypeOf<UsageReport>().toEqualTypeOf<SharedUsageReport>();
    expectTypeOf<GoalBatchItem>().toEqualTypeOf<sharedBatch.GoalBatchItem>();
    expectTypeOf<TaskView>().toEqualTypeOf<sharedGoal.TaskView>();
    expectTypeOf<PlanView>().toEqualTypeOf<sharedGoal.PlanView>();
    expectTypeOf<GoalError>().toEqualTypeOf<sharedGoal.GoalError>();
    expectTypeOf<Missing>().toEqualTypeOf<sharedGoal.Missing>();
    expectTypeOf<Feedback>().toEqualTypeOf<sharedFeedback.Feedback>();
    expectTypeOf<GoalStatus>().toEqualTypeOf<sharedStatus.GoalStatus>();
    expectTypeOf<TerminalGoalStatus>().toEqualTypeOf<sharedStatus.TerminalGoalStatus>();
    expectTypeOf<TaskStatus>().toEqualTypeOf<sharedOutcome.TaskStatus>();
    expectTypeOf<Usage>().toEqualTypeOf<sharedOutcome.Usage>();
    expectTypeOf<Delivery>().toEqualTypeOf<sharedDelivery.Delivery>();
  });

  it('of events, plans, the fleet and problems', () => {
    expectTypeOf<EventName>().toEqualTypeOf<sharedEvent.EventName>();
    expectTypeOf<GoalEvent>().toEqualTypeOf<sharedEvent.GoalEvent>();
    expectTypeOf<DryRun>().toEqualTypeOf<sharedPlanning.DryRun>();
    expectTypeOf<PlanCheck>().toEqualTypeOf<sharedPlanning.PlanCheck>();
    expectTypeOf<WorkerTypeView>().toEqualTypeOf<sharedWorkerType.WorkerTypeView>();
    expectTypeOf<RecipeView>().toEqualTypeOf<sharedRecipe.RecipeView>();
    expectTypeOf<Stats>().toEqualTypeOf<sharedStats.Stats>();
    expectTypeOf<Problem>().toEqualTypeOf<sharedProblem.Problem>();
    expectTypeOf<ProblemName>().toEqualTypeOf<sharedProblem.ProblemType>();
  });
});

describe('what the server takes', () => {
  it('of a goal: all but what it takes in no other than its neutral form', () => {
    expectTypeOf<Omit<NewGoal, 'options' | 'plan'>>().toEqualTypeOf<
      Omit<ContractRequest, 'options' | 'plan'>
    >();
    expectTypeOf<NewGoal['plan']>().toEqualTypeOf<NewPlan | null | undefined>();
    expectTypeOf<NewGoalOptions>().toEqualTypeOf<Omit<ContractOptions, NotYet>>();
    expectTypeOf<Pick<ContractOptions, NotYet>>().toEqualTypeOf<{
      readonly onTaskFailure?: 'continue' | undefined;
    }>();
  });

  it('of a plan', () => {
    expectTypeOf<NewPlan>().toEqualTypeOf<Input<typeof planSchema>>();
    expectTypeOf<PlanView & { mode: 'plan' }>().toExtend<NewPlan>();
    expectTypeOf<NewPlanRequest>().toEqualTypeOf<ContractPlanRequest>();
    expectTypeOf<ForecastOptions>().toEqualTypeOf<NonNullable<ContractPlanRequest['options']>>();
    expectTypeOf<PlanningOptions>().toEqualTypeOf<NonNullable<ContractPlanCheck['options']>>();
    expectTypeOf<Decomposition>().toEqualTypeOf<(typeof decompositions)[number]>();
  });

  it('of what people decide', () => {
    type Call = keyof CallOptions;
    expectTypeOf<keyof Omit<Approval, Call>>().toEqualTypeOf<keyof Input<typeof approveRequestSchema>>();
    expectTypeOf<Omit<Rejection, Call>>().toEqualTypeOf<Input<typeof rejectRequestSchema>>();
    expectTypeOf<Omit<NewFeedback, Call>>().toEqualTypeOf<
      Input<typeof sharedFeedback.feedbackRequestSchema>
    >();
  });
});
