import { z } from 'zod';
import { jsonPath } from './json-path.ts';
import { nearestName } from './nearest-name.ts';
import { planSchema, taskSchema, type Plan, type Task } from './plan.ts';
import { isRecord, namedId, nameOf, type DraftTask, type PlanDraft } from './plan-draft.ts';
import { quoted, type ViolationSink } from './violations.ts';

/** A plan whose tasks are looked at one by one, elsewhere. */
const headSchema = planSchema.extend({ tasks: z.array(z.unknown()).min(1) });

const remedies: Readonly<Record<string, string>> = {
  mode: 'give "plan", or leave it out',
  analysis: 'give a text of at most 32768 characters',
  tasks: 'give a list of one or more tasks',
  id: 'give a name such as "market": a letter, then at most 63 letters, digits, "_" or "-"',
  worker: 'give the name of one worker type',
  description: 'say in at most 8192 characters what the task is to do',
  requirements: 'give a list of at most 50 texts of at most 2048 characters each, or []',
  dependencies: 'give a list of the ids of other tasks, or []',
  priority: 'give "high", "medium" or "low"',
  complexity: 'give "low", "medium" or "high"',
  why: 'say in at most 2048 characters what the task does for the goal, or leave it out',
  focus: 'say in at most 2048 characters what the task should look at above all, or leave it out',
  approach: 'give the name of an approach, of at most 100 characters, or leave it out',
  forEach: 'give the id of the dependency whose result is a list, or leave it out',
};

const itemRemedies: Readonly<Record<string, string>> = {
  requirements: 'give a text of 1 to 2048 characters, or remove it',
  dependencies: 'give the id of another task, or remove it',
};

interface Place {
  readonly prefix: readonly PropertyKey[];
  readonly taskId: string | null;
  /** What the fields belong to, in a sentence. */
  readonly owner: string;
  readonly root: unknown;
  readonly fields: readonly string[];
}

/** The plan, without what has not the right form: each such task, or the plan itself, is reported. */
export function readPlan(candidate: unknown, draft: PlanDraft, violations: ViolationSink): Plan | null {
  const head = headSchema.safeParse(candidate);
  if (!head.success) {
    const fields = Object.keys(planSchema.shape);
    reportIssues(
      head.error,
      { prefix: [], taskId: null, owner: 'the plan', root: candidate, fields },
      violations,
    );
  }
  const tasks = draft.tasks.flatMap((task) => readTask(task, violations) ?? []);
  return head.success ? { analysis: head.data.analysis, tasks } : null;
}

function readTask(task: DraftTask, violations: ViolationSink): Task | null {
  const parsed = taskSchema.safeParse(task.raw);
  if (parsed.success) return parsed.data;
  const fields = Object.keys(taskSchema.shape);
  reportIssues(
    parsed.error,
    { prefix: task.place, taskId: namedId(task), owner: nameOf(task), root: task.raw, fields },
    violations,
  );
  return null;
}

function reportIssues(error: z.ZodError, place: Place, violations: ViolationSink): void {
  const { prefix, taskId } = place;
  for (const issue of error.issues) {
    if (issue.code !== 'unrecognized_keys') {
      violations.report('schema', () => ({
        path: jsonPath([...prefix, ...issue.path]),
        taskId,
        message: explain(issue, place),
      }));
      continue;
    }
    for (const key of issue.keys) {
      violations.report('schema', () => ({
        path: jsonPath([...prefix, key]),
        taskId,
        message: unknownField(key, place),
      }));
    }
  }
}

function unknownField(key: string, { owner, fields }: Place): string {
  const nearest = nearestName(key, fields);
  const remedy =
    nearest === null ? `remove it, or use one of ${fields.join(', ')}.` : `did you mean ${quoted(nearest)}?`;
  return `${capitalised(owner)} has an unknown field ${quoted(key)}: ${remedy}`;
}

function explain(issue: z.core.$ZodIssue, { owner, root }: Place): string {
  const value = valueAt(root, issue.path);
  const [field, item] = issue.path;
  if (field === undefined)
    return `${capitalised(owner)} must be an object, not ${kindOf(value)}: send {…} with its fields.`;
  const remedy = (item === undefined ? remedies : itemRemedies)[String(field)] ?? 'correct it';
  return `${jsonPath(issue.path)} of ${owner} ${problemOf(issue, value)}: ${remedy}.`;
}

function problemOf(issue: z.core.$ZodIssue, value: unknown): string {
  if (value === undefined) return 'is missing';
  if (issue.code === 'too_small') return 'is empty';
  if (issue.code === 'too_big') return 'is too long';
  if (issue.code !== 'invalid_type' && typeof value === 'string') return `is ${quoted(value)}`;
  return `has the wrong type, ${kindOf(value)}`;
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, part) => {
    if (Array.isArray(value)) return value[Number(part)] as unknown;
    return isRecord(value) ? value[String(part)] : undefined;
  }, root);
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function capitalised(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
