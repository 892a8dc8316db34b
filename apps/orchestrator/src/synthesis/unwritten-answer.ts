import { isUsable } from '@baton/plan/task-readiness';
import type { TaskResult } from '@baton/shared/ledger/task-results';

/** Characters of a description in a heading. */
const MOST_OF_DESCRIPTION = 100;

function headingOf({ description }: TaskResult['task']): string {
  const text = description.replaceAll(/\s+/g, ' ').trim();
  return text.length <= MOST_OF_DESCRIPTION ? text : `${text.slice(0, MOST_OF_DESCRIPTION - 1).trimEnd()}…`;
}

/** The results under headings, in the plan's order, where no model could be paid to make one answer of them. */
export function unwrittenAnswer(results: readonly TaskResult[]): string {
  const sections = results.flatMap(({ task, outcome }) =>
    outcome?.output != null && isUsable(outcome.status)
      ? [`## ${headingOf(task)}\n\n${outcome.output.trim()} [${task.id}]`]
      : [],
  );
  const note =
    '*The budget did not reach for an answer written from these results: they stand here as the tasks gave them.*';
  return [note, ...sections].join('\n\n');
}
