import type { CallToolResult } from '@modelcontextprotocol/server';
import type { Goal } from '@baton/shared/contract/goal';
import { goalText } from '../goal/goal-text.ts';
import { reportGoal, type ReportOptions } from '../goal/report-goal.ts';

/** A goal as the result of a tool, with what its caller can do next. */
export function goalResult(goal: Goal, { notes = [], ...options }: ReportOptions = {}): CallToolResult {
  const report = reportGoal(goal, { ...options, notes: [...notes, ...nextSteps(goal)] });
  return { content: [{ type: 'text', text: goalText(report) }], structuredContent: { ...report } };
}

function nextSteps({ id, status, finishedAt, output, tasks }: Goal): string[] {
  if (status === 'awaiting_approval') {
    return [
      `Its plan waits: a person can let it run with "baton approve ${id}", or end it with "baton reject ${id}".`,
    ];
  }
  if (finishedAt === null) {
    return [
      `It goes on by itself. Call get_goal with id "${id}" and wait_seconds for its answer, or cancel_goal to end it.`,
    ];
  }
  if (output === null && tasks.some((task) => task.output !== null)) {
    return ['There is no answer. Call get_goal with task_outputs true to see what its tasks found.'];
  }
  return [];
}
