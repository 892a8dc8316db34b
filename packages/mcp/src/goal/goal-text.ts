import type { GoalReport } from './report-schema.ts';

/** The report as a person or a model reads it. */
export function goalText(report: GoalReport): string {
  const blocks = [
    headline(report),
    report.simulated ? 'Simulated: an emulator answered, not a model.' : '',
    report.error === null ? '' : `Error (${report.error.type}): ${report.error.message}`,
    taskLines(report),
    report.missing.length === 0
      ? ''
      : `The answer lacks:\n${report.missing.map(({ taskId, reason }) => `- ${taskId}: ${reason}`).join('\n')}`,
    report.finishedEarly === null ? '' : `Finished early: ${report.finishedEarly}`,
    report.output === null ? '' : `Answer:\n\n${report.output}`,
    report.output === null || report.citations.length === 0
      ? ''
      : `References of the answer:\n${report.citations.map(({ taskId, description }) => `- [${taskId}] ${description}`).join('\n')}`,
    report.notes.join('\n'),
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

function headline(report: GoalReport): string {
  const { id, status, ended, taskCount, endedTaskCount, usage, score, replans, savedCalls } = report;
  const facts: string[] = [];
  if (taskCount > 0) facts.push(`${endedTaskCount} of ${taskCount} tasks ended`);
  if (usage.calls > 0) facts.push(`${usage.calls} model calls`);
  if (usage.costUsd !== null && usage.costUsd > 0) facts.push(`$${usage.costUsd.toFixed(4)}`);
  if (score !== null) facts.push(`judged ${score.toFixed(2)}`);
  if (replans > 0) facts.push(`plan changed ${replans} times`);
  if (savedCalls > 0) facts.push(`${savedCalls} calls saved`);
  const rest = facts.length === 0 ? '' : ` (${facts.join(', ')})`;
  return `Goal ${id} ${ended ? 'has ended' : 'goes on'}: ${status}${rest}.`;
}

function taskLines({ tasks, output }: GoalReport): string {
  const withOutput = tasks.some((task) => task.output !== null);
  const withErrors = tasks.some(({ errors }) => errors.length > 0);
  if (tasks.length === 0 || (output !== null && !withOutput && !withErrors)) return '';
  return `Tasks:\n${tasks.map(taskLine).join('\n')}`;
}

function taskLine({ id, worker, status, errors, output }: GoalReport['tasks'][number]): string {
  const why = errors.length === 0 ? '' : `: ${errors.join(' ')}`;
  const found = output === null ? '' : `\n${output.replaceAll(/^/gm, '    ')}`;
  return `- ${id} (${worker}) ${status}${why}${found}`;
}
