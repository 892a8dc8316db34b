import type { PlannedTask, PlanView } from '../contract/plan.ts';
import { placeTasks, type PlacedTask } from '../tree/task-order.ts';
import { fitToWidth, oneLine } from '../tree/text-width.ts';
import { wrapText } from '../tree/wrap-text.ts';
import { tableLines } from './table.ts';

type Placed = PlacedTask<PlannedTask>;

const INDENT = '  ';
const DEEPEST = 8;

/**
 * A plan's tasks in an order in which they could run, indented by what they wait for: with all that they are told where the
 * width is limited, as that of a terminal where somebody decides on them; else as a table with a line per task.
 */
export function planLines(tasks: readonly PlannedTask[], width: number): string[] {
  const placed = placeTasks(tasks);
  return Number.isFinite(width) ? placed.flatMap((task) => blockOf(task, width)) : tableOf(placed);
}

function indentation(level: number): string {
  return INDENT.repeat(Math.min(level, DEEPEST));
}

function tableOf(placed: readonly Placed[]): string[] {
  const rows = placed.map(({ task, level }) => [
    indentation(level) + oneLine(task.id),
    task.worker,
    task.priority,
    task.complexity,
    task.dependencies.join(', '),
    task.description,
  ]);
  return tableLines(
    [['TASK', 'WORKER', 'PRIORITY', 'COMPLEXITY', 'AFTER', 'DESCRIPTION'], ...rows],
    Infinity,
  );
}

function blockOf({ task, level }: Placed, width: number): string[] {
  const { id, worker, priority, complexity, dependencies, description, requirements } = task;
  const margin = indentation(level);
  const inner = margin + INDENT;
  const wrapped = (text: string, first = ''): string[] =>
    wrapText(text, width - inner.length - first.length).map(
      (line, at) => inner + (at === 0 ? first : ' '.repeat(first.length)) + line,
    );
  const facts = [id, worker, `${priority} priority`, `${complexity} complexity`].map(oneLine);
  return [
    fitToWidth(margin + facts.join('  '), width),
    ...(dependencies.length > 0 ? wrapped(dependencies.join(', '), '← ') : []),
    ...wrapped(description),
    ...requirements.flatMap((text) => wrapped(text, '- ')),
  ];
}

/** What `--plan` takes of a plan that was shown. */
export function planDocument({ analysis, tasks }: Pick<PlanView, 'analysis' | 'tasks'>): object {
  return { analysis, tasks };
}
