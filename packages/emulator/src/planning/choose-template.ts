import type { PlannerPrompt } from '../answer/prompt.ts';
import { findFanOut, isProgramme } from '../goal/fan-out.ts';
import type { GoalFacts } from '../goal/goal-facts.ts';
import type { GoalKind } from '../goal/kind-signs.ts';
import { SUB_GOAL_WORKER } from './assign-workers.ts';
import { buildPlan } from './build-plan.ts';
import { codeReviewPlan } from './code-review-plan.ts';
import { comparisonPlan } from './comparison-plan.ts';
import { contentPlan } from './content-plan.ts';
import { copyPlan } from './copy-plan.ts';
import { documentPlan } from './document-plan.ts';
import type { PlanTemplate } from './draft-task.ts';
import { eachPlan } from './each-plan.ts';
import { genericPlan } from './generic-plan.ts';
import { marketPlan } from './market-plan.ts';
import { programmePlan } from './programme-plan.ts';
import { reportPlan } from './report-plan.ts';
import { reviewPlan } from './review-plan.ts';
import { sectionsPlan } from './sections-plan.ts';
import { technicalPlan } from './technical-plan.ts';
import { travelPlan } from './travel-plan.ts';
import { variantsPlan, wantsVariants } from './variants-plan.ts';

const TEMPLATES: Readonly<Record<GoalKind, PlanTemplate>> = {
  travel: travelPlan,
  comparison: comparisonPlan,
  'code-review': codeReviewPlan,
  technical: technicalPlan,
  document: documentPlan,
  market: marketPlan,
  content: contentPlan,
  build: buildPlan,
  copy: copyPlan,
  review: reviewPlan,
  report: reportPlan,
  generic: genericPlan,
};
/** Kinds whose goals say "each" of what their own template treats one by one already. */
const NEVER_FANNED_OUT = new Set<GoalKind>(['travel', 'comparison', 'build', 'code-review']);

/** The shape that a goal's words ask for: several projects, one task per thing, several versions, or that of its kind. */
export function chooseTemplate(facts: GoalFacts, prompt: PlannerPrompt): PlanTemplate {
  const canNest = prompt.workers.some((worker) => worker.name === SUB_GOAL_WORKER);
  if (canNest && isProgramme(facts)) return programmePlan;
  const fanOut = findFanOut(facts.goal);
  if (fanOut !== null && prompt.tellsForEach && !NEVER_FANNED_OUT.has(facts.kind)) {
    const isSectioned = fanOut.one === 'section' || fanOut.one === 'chapter';
    return (goal) => (isSectioned ? sectionsPlan(goal, fanOut) : eachPlan(goal, fanOut));
  }
  if (wantsVariants(facts) || (facts.kind === 'copy' && prompt.decomposition === 'dynamic'))
    return variantsPlan;
  return TEMPLATES[facts.kind];
}
