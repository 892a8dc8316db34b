import { checkPlan, type PlanLimits } from '@baton/plan/laws';
import { MAX_TASKS, type Plan } from '@baton/plan/plan';
import { nearestName } from '@baton/plan/nearest-name';
import { fieldErrorsOf, shortened, type FieldError } from '@baton/shared/contract/field-errors';
import {
  goalRequestSchema,
  MAX_LABELS,
  type GoalOptions,
  type GoalRequest,
} from '@baton/shared/contract/goal-request';
import { webhookUrlFault } from '../webhooks/webhook-url.ts';
import { invalidRequest } from './validate.ts';

/** What a request may name on this server. */
export interface KnownNames {
  readonly workers: readonly string[];
  readonly recipes: readonly string[];
  /** Recipes none of whose worker types is known. */
  readonly idleRecipes?: readonly string[];
  /** Webhooks may be on private addresses, and without TLS. */
  readonly privateWebhooks: boolean;
}

/** Names looked up for what was meant, of those that a request lists: it costs more than all else that is checked. */
const MOST_NAMES = 10;

function unknownName(kind: string, name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known);
  return `there is no ${kind} "${shortened(name)}". ${nearest === null ? `Known: ${known.join(', ')}.` : `Did you mean "${nearest}"?`}`;
}

/** What can be read of a request that may be anything. */
export function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

export function planLimits(body: unknown, known: KnownNames): PlanLimits {
  const options = fieldOf(body, 'options');
  const maxTasks = fieldOf(options, 'maxTasks');
  const workerTypes = fieldOf(options, 'workerTypes');
  return {
    maxTasks: Number.isInteger(maxTasks) && Number(maxTasks) > 0 ? Number(maxTasks) : MAX_TASKS,
    workers: Array.isArray(workerTypes)
      ? workerTypes.filter((type) => typeof type === 'string')
      : known.workers,
    decomposition: null,
  };
}

function checkGivenPlan(body: unknown, known: KnownNames): { plan: Plan | null; errors: FieldError[] } {
  const given = fieldOf(body, 'plan');
  if (given === undefined || given === null) return { plan: null, errors: [] };
  const checked = checkPlan(given, planLimits(body, known));
  if (checked.valid) return { plan: checked.plan, errors: [] };
  const errors = checked.violations.map(({ path, message }) => ({
    path: path === '' ? 'plan' : `plan.${path}`,
    message,
  }));
  return { plan: null, errors };
}

/** A plan that takes the place of a proposed one, held to every law that a given plan is held to, with its goal's `maxTasks` and `workerTypes`. */
export function readEditedPlan(plan: unknown, options: GoalOptions, known: KnownNames): Plan {
  const checked = checkGivenPlan({ plan, options }, known);
  if (checked.plan) return checked.plan;
  throw invalidRequest('the plan', checked.errors);
}

/** Places of the name `__proto__`, which objects of the language would swallow. */
export function unusableNames(value: unknown, path: string): FieldError[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const at = `${path}.${name}`;
    if (name === '__proto__') return [{ path: at, message: 'this name can not be used' }];
    return unusableNames(inner, at);
  });
}

export function unknownNames(body: unknown, known: KnownNames): FieldError[] {
  const workerTypes = fieldOf(fieldOf(body, 'options'), 'workerTypes');
  const recipe = fieldOf(body, 'recipe');
  const errors = (Array.isArray(workerTypes) ? (workerTypes as unknown[]).slice(0, MOST_NAMES) : []).flatMap(
    (type, index) =>
      typeof type !== 'string' || known.workers.includes(type)
        ? []
        : [
            {
              path: `options.workerTypes[${index}]`,
              message: unknownName('worker type', type, known.workers),
            },
          ],
  );
  if (typeof recipe === 'string' && !known.recipes.includes(recipe)) {
    errors.push({ path: 'recipe', message: unknownName('recipe', recipe, known.recipes) });
  }
  if (typeof recipe === 'string' && known.idleRecipes?.includes(recipe) && !Array.isArray(workerTypes)) {
    const message =
      'no worker has announced any of its worker types: start workers that take them, or name others in options.workerTypes';
    errors.push({ path: 'recipe', message });
  }
  return errors;
}

function webhookErrors(body: unknown, { privateWebhooks }: KnownNames): FieldError[] {
  const url = fieldOf(fieldOf(body, 'webhook'), 'url');
  if (typeof url !== 'string' || !URL.canParse(url)) return [];
  const message = webhookUrlFault(new URL(url), privateWebhooks);
  return message === null ? [] : [{ path: 'webhook.url', message }];
}

/** What is said of labels that are too many to be looked at one by one, or nothing. */
function labelFlood(body: unknown): FieldError[] {
  const labels = fieldOf(body, 'labels');
  if (typeof labels !== 'object' || labels === null || Array.isArray(labels)) return [];
  if (Object.keys(labels).length <= MAX_LABELS) return [];
  return [{ path: 'labels', message: `must hold at most ${MAX_LABELS} labels` }];
}

/** The request, held to every rule at once: its fields, the laws of its plan, and the names that it uses. */
export function readGoalRequest(body: unknown, known: KnownNames): GoalRequest {
  const flood = labelFlood(body);
  const parsed = goalRequestSchema.safeParse(
    flood.length === 0 ? body : { ...(body as object), labels: undefined },
  );
  const { plan, errors: planErrors } = checkGivenPlan(body, known);
  const errors = [
    ...(parsed.success ? [] : fieldErrorsOf(goalRequestSchema, parsed.error)),
    ...flood,
    ...unusableNames(fieldOf(body, 'labels'), 'labels'),
    ...unusableNames(fieldOf(body, 'context'), 'context'),
    ...unknownNames(body, known),
    ...webhookErrors(body, known),
    ...planErrors,
  ];
  if (!parsed.success || errors.length > 0) throw invalidRequest('the body', errors);
  return { ...parsed.data, plan };
}
