import { checkPlan, type PlanLimits } from './laws.ts';
import type { Plan, PlannerReply } from './plan.ts';
import type { Violation } from './violations.ts';

/** What a planner's reply amounts to. */
export type PlannerVerdict =
  | { readonly kind: 'plan'; readonly plan: Plan }
  | { readonly kind: 'direct'; readonly analysis: string; readonly answer: string }
  | { readonly kind: 'broken'; readonly violations: readonly Violation[] };

/** Holds a reply that has the right form to what its mode demands: a plan that keeps every law, or an answer. */
export function checkPlannerReply(
  { mode, analysis, answer, tasks }: PlannerReply,
  limits: PlanLimits,
): PlannerVerdict {
  if (mode === 'direct') {
    return answer === null || answer.trim() === '' ? noAnswer : { kind: 'direct', analysis, answer };
  }
  const checked = checkPlan({ analysis, tasks: tasks.map(withoutBlanks) }, limits);
  return checked.valid
    ? { kind: 'plan', plan: checked.plan }
    : { kind: 'broken', violations: checked.violations };
}

type RepliedTask = PlannerReply['tasks'][number];

/** The task as a plan holds it: what the model had nothing to say in is left out. */
export function withoutBlanks({ why, focus, approach, forEach, ...task }: RepliedTask): object {
  const said = Object.entries({ why, focus, approach, forEach }).filter(
    ([, text]) => text !== null && text !== undefined && text.trim() !== '',
  );
  return { ...task, ...Object.fromEntries(said) };
}

const noAnswer: PlannerVerdict = {
  kind: 'broken',
  violations: [
    {
      law: 'schema',
      path: 'answer',
      taskId: null,
      message:
        'The mode is "direct", but answer is empty: give the whole answer in it, or use mode "plan" and give tasks.',
    },
  ],
};
