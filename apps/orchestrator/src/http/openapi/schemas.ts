import { z } from 'zod';
import { planSchema } from '@baton/plan/plan';
import {
  analyticsReportSchema,
  bottleneckSchema,
  errorPatternSchema,
  percentilesSchema,
  taskDistributionSchema,
  utilisationSchema,
} from '@baton/shared/contract/analytics';
import { approveRequestSchema, rejectRequestSchema } from '@baton/shared/contract/approval';
import { deliveryAttemptSchema, deliverySchema } from '@baton/shared/contract/delivery';
import { goalEventSchema } from '@baton/shared/contract/event';
import { feedbackRequestSchema, feedbackSchema } from '@baton/shared/contract/feedback';
import {
  goalBatchDescription,
  goalBatchItemSchema,
  goalBatchReplySchema,
} from '@baton/shared/contract/goal-batch';
import { budgetForecastSchema, forecastSchema, partForecastSchema } from '@baton/shared/contract/forecast';
import { goalListSchema } from '@baton/shared/contract/goal-list';
import { goalOptionsSchema, goalRequestSchema } from '@baton/shared/contract/goal-request';
import {
  citationSchema,
  goalErrorSchema,
  goalResultSchema,
  goalSchema,
  goalSummarySchema,
  missingSchema,
  planCacheSchema,
  planViewSchema,
  subGoalSchema,
  taskViewSchema,
} from '@baton/shared/contract/goal';
import {
  dryRunSchema,
  planCheckRequestSchema,
  planCheckSchema,
  planRequestSchema,
  violationSchema,
} from '@baton/shared/contract/planning';
import { problemSchema } from '@baton/shared/contract/problem';
import { recipeViewSchema } from '@baton/shared/contract/recipe';
import { reviewSchema } from '@baton/shared/contract/review';
import { statsSchema, workerTypeStatsSchema } from '@baton/shared/contract/stats';
import { goalCallSchema, goalCallsSchema } from '@baton/shared/contract/goal-calls';
import { usageReportSchema, usageRowSchema } from '@baton/shared/contract/usage-report';
import { usageSchema } from '@baton/shared/contract/task-outcome';
import { webhookMessageSchema } from '@baton/shared/contract/webhook-message';
import { workerTypeViewSchema } from '@baton/shared/contract/worker-type';
import type { Json } from './json.ts';

/** What clients send. */
const requests = {
  GoalRequest: goalRequestSchema,
  GoalOptions: goalOptionsSchema,
  GoalBatchRequest: goalBatchDescription,
  Plan: planSchema,
  PlanRequest: planRequestSchema,
  PlanCheckRequest: planCheckRequestSchema,
  ApproveRequest: approveRequestSchema,
  RejectRequest: rejectRequestSchema,
  FeedbackRequest: feedbackRequestSchema,
} as const;

/** What Baton sends. */
const replies = {
  Goal: goalSchema,
  GoalSummary: goalSummarySchema,
  GoalList: goalListSchema,
  GoalError: goalErrorSchema,
  GoalEvent: goalEventSchema,
  GoalBatchItem: goalBatchItemSchema,
  GoalBatch: goalBatchReplySchema,
  PlanView: planViewSchema,
  Task: taskViewSchema,
  SubGoal: subGoalSchema,
  Review: reviewSchema,
  Citation: citationSchema,
  GoalResult: goalResultSchema,
  PlanCache: planCacheSchema,
  Usage: usageSchema,
  UsageReport: usageReportSchema,
  UsageRow: usageRowSchema,
  AnalyticsReport: analyticsReportSchema,
  TaskDistribution: taskDistributionSchema,
  Utilisation: utilisationSchema,
  Bottleneck: bottleneckSchema,
  ErrorPattern: errorPatternSchema,
  Percentiles: percentilesSchema,
  GoalCall: goalCallSchema,
  GoalCallPage: goalCallsSchema,
  Missing: missingSchema,
  Feedback: feedbackSchema,
  Delivery: deliverySchema,
  DeliveryAttempt: deliveryAttemptSchema,
  DryRun: dryRunSchema,
  Forecast: forecastSchema,
  PartForecast: partForecastSchema,
  BudgetForecast: budgetForecastSchema,
  PlanCheck: planCheckSchema,
  Violation: violationSchema,
  WorkerType: workerTypeViewSchema,
  WorkerTypeStats: workerTypeStatsSchema,
  Recipe: recipeViewSchema,
  Stats: statsSchema,
  WebhookMessage: webhookMessageSchema,
  Problem: problemSchema,
} as const;

export type SchemaName = keyof typeof requests | keyof typeof replies;

const uri = (name: string): string => `#/components/schemas/${name}`;

function isNothing(schema: z.core.JSONSchema._JSONSchema): boolean {
  return typeof schema === 'object' && JSON.stringify(schema) === '{"not":{}}';
}

/** Without bounds and patterns that say no more than `type` and `format` do, and without fields that may not be given. */
function tidy(schema: z.core.JSONSchema.BaseSchema): void {
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.format === 'date-time') delete schema.pattern;
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    if (isNothing(field)) delete schema.properties?.[name];
  }
}

function jsonSchemas(schemas: Readonly<Record<string, z.ZodType>>, io: 'input' | 'output'): Json {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(schemas)) registry.add(schema, { id });
  const made = z.toJSONSchema(registry, {
    uri,
    io,
    unrepresentable: 'any',
    override({ jsonSchema }) {
      tidy(jsonSchema);
      // Replies may gain fields: whoever reads them passes over what it does not know.
      if (io === 'output' && jsonSchema.additionalProperties === false)
        delete jsonSchema.additionalProperties;
    },
  });
  return Object.fromEntries(
    Object.entries(made.schemas).map(([id, { $schema: _schema, $id: _id, ...schema }]) => [id, schema]),
  );
}

/** `components.schemas`, from the schemas that check requests and type replies. */
export function schemaComponents(): Json {
  return { ...jsonSchemas(requests, 'input'), ...jsonSchemas(replies, 'output') };
}

export function schemaOf(name: SchemaName): Json {
  return { $ref: uri(name) };
}

/** `{items: […]}`. */
export function itemsOf(name: SchemaName): Json {
  return {
    type: 'object',
    properties: { items: { type: 'array', items: schemaOf(name) } },
    required: ['items'],
  };
}
