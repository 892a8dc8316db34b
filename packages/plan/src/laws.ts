import { findCycles } from './cycles.ts';
import { nearestName } from './nearest-name.ts';
import { MAX_TASKS, TASK_ID_PATTERN, type Decomposition, type Plan } from './plan.ts';
import { checkImplicitDependencies } from './implicit-dependency.ts';
import { checkOverlap } from './overlap.ts';
import {
  namedId,
  nameOf,
  pathIn,
  readDraft,
  type DraftTask,
  type PlanDraft,
  type TaskOrigin,
} from './plan-draft.ts';
import { readPlan } from './schema-law.ts';
import { quoted, ViolationList, type Violation, type ViolationSink } from './violations.ts';

/** The worker type that runs custom tasks, which no other type is made for. */
export const CUSTOM_WORKER = 'specialist';

export interface PlanLimits {
  /** Never more than {@link MAX_TASKS}, whatever it says. */
  readonly maxTasks: number;
  /** The worker types that tasks may name. */
  readonly workers: readonly string[];
  /**
   * How many custom tasks a plan may hold: none (`constrained`), one (`hybrid`), any number (`dynamic`). In each mode all
   * other tasks are for known worker types. Null: the plan is somebody's own and not restricted.
   */
  readonly decomposition: Decomposition | null;
  /** The goal's text and context: what a task may speak of without depending on the task that it comes from. */
  readonly material?: string | undefined;
}

export type CheckedPlan =
  | { readonly valid: true; readonly plan: Plan }
  | { readonly valid: false; readonly violations: readonly Violation[] };

/** Plans of more tasks are not read for what their words say: it would take a quarter of a second. */
const MOST_READ = 250;

/**
 * Holds a plan to every law at once. What is wrong in one part hides nothing in another: laws are checked on all that can
 * be read. Takes any value, and time about linear in its size. Never throws. `originOf` says where a task was written when
 * it stands in no plan's own list; of a settled one only the plan's shape is held against it.
 */
export function checkPlan(
  candidate: unknown,
  limits: PlanLimits,
  originOf?: (index: number) => TaskOrigin,
): CheckedPlan {
  const violations = new ViolationList();
  const draft = readDraft(candidate, originOf);
  const plan = readPlan(candidate, draft, violations);
  checkTaskLimit(draft, limits, violations);
  checkIds(draft, violations);
  checkWorkers(draft, limits, violations);
  checkDecomposition(draft, limits, violations);
  checkApproaches(draft, limits, violations);
  checkDependencies(draft, violations);
  checkCycles(draft, violations);
  checkForEach(draft, violations);
  if (limits.decomposition !== null && draft.taskCount <= MOST_READ) {
    checkImplicitDependencies(draft, limits.material ?? '', violations);
    checkOverlap(draft, violations);
  }
  const found = violations.all();
  return plan !== null && found.length === 0 ? { valid: true, plan } : { valid: false, violations: found };
}

function checkTaskLimit({ taskCount }: PlanDraft, { maxTasks }: PlanLimits, violations: ViolationSink): void {
  const most = Math.min(maxTasks, MAX_TASKS);
  if (taskCount <= most) return;
  violations.report('task_limit', () => ({
    path: 'tasks',
    taskId: null,
    message: `The plan has ${taskCount} tasks and may have ${most}: merge or drop at least ${taskCount - most}.`,
  }));
}

function checkIds({ tasks }: PlanDraft, violations: ViolationSink): void {
  const firstWith = new Map<string, DraftTask>();
  for (const task of tasks) {
    const { id } = task;
    if (id === null) continue;
    const first = firstWith.get(id);
    if (first === undefined) {
      firstWith.set(id, task);
      continue;
    }
    violations.report('unique_ids', () => ({
      path: pathIn(task, 'id'),
      taskId: namedId(task),
      message: `${quoted(id)} is the id of ${pathIn(first)} and of ${pathIn(task)}: give one of them another id, and use that where other tasks depend on it.`,
    }));
  }
}

function checkWorkers({ tasks }: PlanDraft, { workers }: PlanLimits, violations: ViolationSink): void {
  const known = new Set(workers);
  for (const task of tasks) {
    const { worker, isSettled } = task;
    if (isSettled || worker === null || known.has(worker)) continue;
    violations.report('known_workers', () => {
      const nearest = nearestName(worker, workers);
      const remedy = `${nearest === null ? 'Use' : `Did you mean ${quoted(nearest)}? Use`} one of: ${workers.join(', ')}.`;
      const message = `The worker type ${quoted(worker)} of ${nameOf(task)} is none that this plan may use. ${remedy}`;
      return { path: pathIn(task, 'worker'), taskId: namedId(task), message };
    });
  }
}

function checkDecomposition({ tasks }: PlanDraft, limits: PlanLimits, violations: ViolationSink): void {
  const { decomposition, workers } = limits;
  if (decomposition === null || decomposition === 'dynamic' || !workers.includes(CUSTOM_WORKER)) return;
  const most = decomposition === 'hybrid' ? 1 : 0;
  const custom = tasks.filter(({ worker }) => worker === CUSTOM_WORKER);
  const [first] = custom;
  if (first === undefined) return;
  const allowed = most === 0 ? 'no task' : `only one task, ${nameOf(first)},`;
  const others = workers.filter((worker) => worker !== CUSTOM_WORKER).join(', ');
  const remedy =
    others === '' ? 'merge it into another' : `give it to one of ${others}, or merge it into another`;
  for (const task of custom.slice(most)) {
    if (task.isSettled) continue;
    violations.report('decomposition', () => ({
      path: pathIn(task, 'worker'),
      taskId: namedId(task),
      message: `The worker type of ${nameOf(task)} is ${quoted(CUSTOM_WORKER)}, which ${allowed} may use with ${decomposition} decomposition: ${remedy}.`,
    }));
  }
}

/** What names an approach is a custom task: other workers have one of their own. */
function checkApproaches({ tasks }: PlanDraft, { workers }: PlanLimits, violations: ViolationSink): void {
  for (const task of tasks) {
    const { approach, worker, isSettled } = task;
    if (isSettled || approach === null || worker === null || worker === CUSTOM_WORKER) continue;
    const change = workers.includes(CUSTOM_WORKER) ? `, or give the task to ${quoted(CUSTOM_WORKER)}` : '';
    violations.report('decomposition', () => ({
      path: pathIn(task, 'approach'),
      taskId: namedId(task),
      message: `approach of ${nameOf(task)} is given, but its worker type is ${quoted(worker)}, which has its own: leave approach out and say in the description how it is to be done${change}.`,
    }));
  }
}

function checkDependencies({ tasks, ids }: PlanDraft, violations: ViolationSink): void {
  for (const task of tasks) {
    if (task.isSettled) continue;
    const listed = new Set<string>();
    for (const { index, id } of task.dependencies) {
      const broken = brokenByDependency(id, task, ids, listed);
      listed.add(id);
      if (broken === null) continue;
      violations.report(broken, () => ({
        path: pathIn(task, 'dependencies', index),
        taskId: namedId(task),
        message: `The dependency ${quoted(id)} of ${nameOf(task)} ${dependencyProblem(broken, id, ids)}`,
      }));
    }
  }
}

type DependencyLaw = 'no_duplicate_dependency' | 'no_self_dependency' | 'known_dependencies';

function brokenByDependency(
  id: string,
  task: DraftTask,
  ids: ReadonlySet<string>,
  listed: ReadonlySet<string>,
): DependencyLaw | null {
  if (listed.has(id)) return 'no_duplicate_dependency';
  if (id === task.id) return 'no_self_dependency';
  return ids.has(id) ? null : 'known_dependencies';
}

function dependencyProblem(law: DependencyLaw, id: string, ids: ReadonlySet<string>): string {
  if (law === 'no_duplicate_dependency') return 'is listed twice: remove this entry.';
  if (law === 'no_self_dependency') return 'is the task itself: remove this entry.';
  const nearest = nearestName(id, [...ids]);
  if (nearest !== null) return `is the id of no task. Did you mean ${quoted(nearest)}?`;
  return 'is the id of no task: name an existing one, add the missing task, or remove this entry.';
}

/** Of tasks that share an id, the first counts; self-dependency is a law of its own. */
function checkCycles({ tasks }: PlanDraft, violations: ViolationSink): void {
  const nodes = new Map<string, { id: string; task: DraftTask; dependencies: string[] }>();
  for (const task of tasks) {
    if (task.id === null || nodes.has(task.id)) continue;
    const dependencies = task.dependencies.map(({ id }) => id).filter((id) => id !== task.id);
    nodes.set(task.id, { id: task.id, task, dependencies });
  }
  for (const cycle of findCycles([...nodes.values()])) {
    const [{ id, task }, second] = cycle;
    violations.report('no_cycle', () => {
      const place = task.dependencies.find((dependency) => dependency.id === second?.id)?.index ?? 0;
      const circle = [...cycle.map((node) => node.id), id].map((step) =>
        TASK_ID_PATTERN.test(step) ? step : quoted(step),
      );
      return {
        path: pathIn(task, 'dependencies', place),
        taskId: namedId(task),
        message: `Tasks wait for each other in a circle: ${circle.join(' → ')} (each depends on the next). Remove one of these dependencies.`,
      };
    });
  }
}

function checkForEach({ tasks, ids }: PlanDraft, violations: ViolationSink): void {
  for (const task of tasks) {
    const { forEach } = task;
    const dependencies = task.dependencies.map(({ id }) => id);
    if (forEach === null || dependencies.includes(forEach)) continue;
    violations.report('for_each', () => ({
      path: pathIn(task, 'forEach'),
      taskId: namedId(task),
      message: `forEach of ${nameOf(task)} is ${quoted(forEach)}, which is none of its dependencies: ${forEachRemedy(forEach, task, dependencies, ids)}`,
    }));
  }
}

function forEachRemedy(
  forEach: string,
  { id }: DraftTask,
  dependencies: readonly string[],
  ids: ReadonlySet<string>,
): string {
  if (forEach !== id && ids.has(forEach)) return `add ${quoted(forEach)} to them, or leave forEach out.`;
  const nearest = nearestName(forEach, dependencies);
  if (nearest !== null) return `did you mean ${quoted(nearest)}?`;
  return dependencies.length === 0
    ? 'name the task whose result is the list in both, or leave forEach out.'
    : `name the one whose result is the list (${dependencies.slice(0, 10).map(quoted).join(', ')}), or leave forEach out.`;
}
