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
  const columns = [
    'TASK',
    'WORKER',
    'PRIORITY',
    'COMPLEXITY',
    'AFTER',
    ...optional.filter(([field]) => placed.some(({ task }) => task[field])).map(([, title]) => title),
    'DESCRIPTION',
  ];
  const rows = placed.map(({ task, level }) => {
    const cells: Readonly<Record<string, string>> = {
      TASK: indentation(level) + oneLine(task.id),
      WORKER: task.worker,
      PRIORITY: task.priority,
      COMPLEXITY: task.complexity,
      AFTER: task.dependencies.join(', '),
      ...Object.fromEntries(optional.map(([field, title]) => [title, task[field] ?? ''])),
      DESCRIPTION: task.description,
    };
    return columns.map((column) => cells[column] ?? '');
  });
  return tableLines([columns, ...rows], Infinity);
}

/** What only some tasks have. A column that no task fills is left out. */
const optional = [
  ['approach', 'APPROACH'],
  ['forEach', 'FOR EACH OF'],
  ['why', 'WHY'],
  ['focus', 'FOCUS'],
] as const satisfies readonly (readonly [keyof PlannedTask, string])[];

function blockOf({ task, level }: Placed, width: number): string[] {
  const { id, priority, complexity, dependencies, description, requirements, why, focus, forEach } = task;
  const worker = task.approach ? `${task.worker} (${task.approach})` : task.worker;
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
    ...(forEach ? wrapped(forEach, 'for each item of ') : []),
    ...wrapped(description),
    ...(why ? wrapped(why, 'why: ') : []),
    ...(focus ? wrapped(focus, 'focus: ') : []),
    ...requirements.flatMap((text) => wrapped(text, '- ')),
  ];
}

/** What `--plan` takes of a plan that was shown. */
export function planDocument({ analysis, tasks }: Pick<PlanView, 'analysis' | 'tasks'>): object {
  return { analysis, tasks };
}
