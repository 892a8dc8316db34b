import { checkPlan } from '@baton/plan/laws';
import { fieldErrorsOf } from '@baton/shared/contract/field-errors';
import {
  planCheckRequestSchema,
  planRequestSchema,
  type PlanCheck,
  type PlanRequest,
} from '@baton/shared/contract/planning';
import { fieldOf, planLimits, unknownNames, unusableNames, type KnownNames } from './goal-request.ts';
import { invalidRequest } from './validate.ts';

/** The request, held to every rule at once. */
export function readPlanRequest(body: unknown, known: KnownNames): PlanRequest {
  const parsed = planRequestSchema.safeParse(body);
  const errors = [
    ...(parsed.success ? [] : fieldErrorsOf(planRequestSchema, parsed.error)),
    ...unusableNames(fieldOf(body, 'context'), 'context'),
    ...unknownNames(body, known),
  ];
  if (!parsed.success || errors.length > 0) throw invalidRequest('the body', errors);
  return parsed.data;
}

/** A plan has no such fields; one that says what it holds itself to is inside of another object. */
function isWrapped(body: unknown): boolean {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return false;
  return Object.hasOwn(body, 'plan') || (Object.hasOwn(body, 'options') && !Object.hasOwn(body, 'tasks'));
}

const noPlan = { path: 'plan', message: 'must be given: the plan that is to be checked' };

/**
 * Holds a plan, which may be anything, to the laws that a goal's own plan is held to; with `decomposition` in its options,
 * to that too. Throws for a wrapper that is not as it should be.
 */
export function checkSentPlan(body: unknown, known: KnownNames): PlanCheck {
  const wrapped = isWrapped(body);
  const parsed = planCheckRequestSchema.safeParse(
    wrapped ? { plan: null, ...(body as object) } : { plan: body },
  );
  const errors = [
    ...(parsed.success ? [] : fieldErrorsOf(planCheckRequestSchema, parsed.error)),
    ...(wrapped && !Object.hasOwn(body as object, 'plan') ? [noPlan] : []),
    ...(wrapped ? unknownNames({ options: fieldOf(body, 'options') }, known) : []),
  ];
  if (!parsed.success || errors.length > 0) throw invalidRequest('the body', errors);
  const { plan, options } = parsed.data;
  const isHeldTo = wrapped && fieldOf(fieldOf(body, 'options'), 'decomposition') !== undefined;
  const checked = checkPlan(plan, {
    ...planLimits({ options }, known),
    decomposition: isHeldTo ? options.decomposition : null,
  });
  return checked.valid
    ? { valid: true, violations: [] }
    : { valid: false, violations: [...checked.violations] };
}
