import type { PlannedTask, ReplannerPrompt } from '../answer/prompt.ts';
import { hasMark } from '../goal/marks.ts';
import { listed, shorten } from '../goal/wording.ts';
import { CUSTOM_WORKER, SUB_GOAL_WORKER } from '../planning/assign-workers.ts';
import { doWithout } from './do-without.ts';
import { plain, type NewTask, type PlanPatch } from './plan-patch.ts';

/** In the order in which they are tried in each other's place. */
const STAND_INS: ReadonlyArray<readonly string[]> = [
  ['researcher', 'analyzer', 'writer'],
  ['writer', 'synthesizer', 'analyzer'],
  ['coder', 'analyzer', 'writer'],
  ['reviewer', 'validator', 'analyzer'],
];
const MAX_DESCRIPTION = 4_000;

/** Gives the work of every failed task to another worker type; by a mark, does without it instead, or changes nothing. */
export function replanGoal(prompt: ReplannerPrompt): PlanPatch {
  const failed = prompt.tasks.filter(({ status }) => status === 'failed');
  const names = listed(failed.map(({ id }) => `"${id}"`));
  const failures = `Simulated: no model was called. ${failed.length === 0 ? 'Nothing failed' : `${names} failed`}`;
  if (failed.length === 0 || hasMark(prompt.goal, '[replanning does not help]')) {
    return { analysis: `${failures}; no change to the plan would help.`, drop: [], replace: [], add: [] };
  }
  if (hasMark(prompt.goal, '[failed tasks are dropped]')) {
    return { analysis: `${failures}; the rest does without.`, ...doWithout(prompt.tasks), add: [] };
  }
  const replace = failed.map((task) => replacement(task, prompt));
  const by = listed(replace.map(({ id, worker }) => `"${id}" by the ${worker}`));
  return { analysis: `${failures}, so the work is done another way: ${by}.`, drop: [], replace, add: [] };
}

function replacement(task: PlannedTask, prompt: ReplannerPrompt): NewTask {
  const worker = standIn(task.worker, prompt);
  const usable = new Map(prompt.tasks.map(({ id, status }) => [id, status]));
  const dependencies = task.dependencies.filter((id) =>
    ['succeeded', 'partial', 'failed', 'skipped'].includes(usable.get(id) ?? ''),
  );
  const whole = task.forEach === '' ? '' : ' Treat the whole list in one piece.';
  return {
    ...plain(task),
    worker,
    description: `${shorten(task.description, MAX_DESCRIPTION)}${whole} Take another way than the ${task.worker} took, who failed.`,
    dependencies,
  };
}

/** Another worker type that fits nearly as well; the same one when there is no other. */
function standIn(worker: string, { workers }: ReplannerPrompt): string {
  const offered = workers.map(({ name }) => name);
  const others = offered.filter((name) => ![worker, CUSTOM_WORKER, SUB_GOAL_WORKER, ''].includes(name));
  const row =
    STAND_INS.find(([first]) => first === worker) ?? STAND_INS.find((names) => names.includes(worker)) ?? [];
  const next = row.slice(row.indexOf(worker) + 1).concat(row);
  return next.find((name) => others.includes(name)) ?? others[0] ?? worker;
}
