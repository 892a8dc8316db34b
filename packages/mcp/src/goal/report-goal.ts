import type { Goal, TaskView } from '@baton/shared/contract/goal';
import type { GoalReport } from './report-schema.ts';
import { characterStart, oneLine, slice } from './shortened.ts';

/** Characters of the answer in one reply. */
export const OUTPUT_LIMIT = 40_000;
/** Characters of all task outputs in one reply, shared out among them. */
const TASK_OUTPUTS_LIMIT = 40_000;
const MOST_TASKS = 200;
const MOST_ERRORS = 3;
const MOST_MISSING = 50;
const MOST_CITATIONS = 50;
const MOST_VIOLATIONS = 10;
const GOAL_LIMIT = 300;
const REASON_LIMIT = 500;
const ERROR_LIMIT = 2_000;

const open: ReadonlySet<string> = new Set<TaskView['status']>(['pending', 'queued', 'running']);

export interface ReportOptions {
  /** Where in the answer to begin, in characters. */
  readonly outputOffset?: number;
  readonly taskOutputs?: boolean;
  /** Said besides what was cut. */
  readonly notes?: readonly string[];
}

/** A goal within bounds: about 100,000 characters at the most, whatever its models wrote. */
export function reportGoal(goal: Goal, options: ReportOptions = {}): GoalReport {
  const { taskOutputs = false, notes = [] } = options;
  const outputOffset = characterStart(goal.output ?? '', options.outputOffset ?? 0);
  const output = goal.output === null ? null : slice(goal.output, outputOffset, OUTPUT_LIMIT);
  const { calls, inputTokens, outputTokens, costUsd } = goal.usage;
  const outputShare = taskOutputs ? shareOf(goal.tasks) : null;
  return {
    id: goal.id,
    status: goal.status,
    ended: goal.finishedAt !== null,
    goal: oneLine(goal.goal, GOAL_LIMIT),
    createdAt: goal.createdAt,
    startedAt: goal.startedAt,
    finishedAt: goal.finishedAt,
    taskCount: goal.tasks.length,
    endedTaskCount: goal.tasks.filter(({ status }) => !open.has(status)).length,
    tasks: goal.tasks.slice(0, MOST_TASKS).map((task) => reportTask(task, outputShare)),
    output,
    outputOffset,
    outputLength: goal.output?.length ?? 0,
    missing: goal.missing.slice(0, MOST_MISSING).map(({ taskId, reason }) => ({
      taskId,
      reason: oneLine(reason, REASON_LIMIT),
    })),
    score: scoreOf(goal.reviews),
    citations: goal.citations.slice(0, MOST_CITATIONS).map(({ taskId, description }) => ({
      taskId,
      description: oneLine(description, GOAL_LIMIT),
    })),
    finishedEarly: goal.finishedEarly && oneLine(goal.finishedEarly, REASON_LIMIT),
    replans: goal.replans,
    savedCalls: goal.planCache?.savedCalls ?? 0,
    usage: { calls, inputTokens, outputTokens, costUsd },
    simulated: goal.simulated,
    error: goal.error && { type: goal.error.type, message: oneLine(errorText(goal.error), ERROR_LIMIT) },
    labels: goal.labels,
    notes: [...notes, ...cuts(goal, { outputOffset, shown: output?.length ?? 0, outputShare })],
  };
}

function scoreOf(reviews: Goal['reviews']): number | null {
  const scores = reviews.at(-1)?.scores;
  if (!scores) return null;
  return (scores.accuracy + scores.completeness + scores.requirements + scores.consistency) / 4;
}

/** Tasks of the goal that a task was handed on as, and of goals within that one. */
function subTaskCount({ subGoal }: TaskView): number {
  return (subGoal?.tasks ?? []).reduce((count, task) => count + 1 + subTaskCount(task), 0);
}

function reportTask(task: TaskView, outputShare: number | null): GoalReport['tasks'][number] {
  const { id, worker, status, attempts, errors, output } = task;
  return {
    id,
    worker,
    status,
    attempts,
    errors: errors.slice(0, MOST_ERRORS).map((error) => oneLine(error, REASON_LIMIT)),
    output: outputShare === null || output === null ? null : slice(output, 0, outputShare),
    score: scoreOf(task.reviews),
    subTaskCount: subTaskCount(task),
  };
}

function shareOf(tasks: readonly TaskView[]): number {
  const withOutput = tasks.slice(0, MOST_TASKS).filter(({ output }) => output !== null).length;
  return Math.floor(TASK_OUTPUTS_LIMIT / Math.max(1, withOutput));
}

function errorText({ message, violations = [] }: NonNullable<Goal['error']>): string {
  const broken = violations.slice(0, MOST_VIOLATIONS).map(({ path, message: law }) => `${path}: ${law}`);
  return [message, ...broken].map((text) => oneLine(text, REASON_LIMIT)).join(' ');
}

interface Shown {
  readonly outputOffset: number;
  readonly shown: number;
  readonly outputShare: number | null;
}

function cuts(goal: Goal, { outputOffset, shown, outputShare }: Shown): string[] {
  const notes: string[] = [];
  const end = outputOffset + shown;
  const length = goal.output?.length ?? 0;
  if (end < length) {
    notes.push(
      `The answer is cut: these are characters ${outputOffset} to ${end} of ${length}. ` +
        `Call get_goal with output_offset ${end} for what follows.`,
    );
  }
  if (goal.output !== null && outputOffset > 0 && outputOffset >= length) {
    notes.push(`The answer has ${length} characters: nothing follows at ${outputOffset}.`);
  }
  if (goal.tasks.length > MOST_TASKS) {
    notes.push(`The first ${MOST_TASKS} of ${goal.tasks.length} tasks are shown.`);
  }
  if (goal.missing.length > MOST_MISSING) {
    notes.push(`The first ${MOST_MISSING} of ${goal.missing.length} missing parts are shown.`);
  }
  if (outputShare !== null && goal.tasks.some(({ output }) => (output?.length ?? 0) > outputShare)) {
    notes.push(`Task outputs are cut after ${outputShare} characters each.`);
  }
  return notes;
}
