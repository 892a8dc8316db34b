import type { Decomposition } from '@baton/plan/plan';
import type { MessagesRequest } from '../api/messages-request.ts';
import { childrenNamed, childText, findElement, parseElements, type Element } from './elements.ts';

export interface OfferedWorker {
  readonly name: string;
  readonly description: string;
  readonly bestFor: string;
}

export interface PlannerPrompt {
  readonly role: 'planner';
  readonly goal: string;
  readonly context: string;
  readonly recipe: { readonly name: string; readonly hints: readonly string[] } | null;
  readonly workers: readonly OfferedWorker[];
  readonly maxTasks: number;
  readonly decomposition: Decomposition;
  /** Messages of the laws that an earlier reply broke; empty on the first turn. */
  readonly violations: readonly string[];
}

export interface TaskInput {
  readonly task: string;
  readonly status: string;
  readonly output: string;
}

export interface TaskPrompt {
  readonly role: 'task';
  readonly goal: string;
  readonly context: string;
  readonly task: string;
  readonly worker: string;
  readonly description: string;
  readonly requirements: readonly string[];
  readonly dependencies: readonly TaskInput[];
}

export interface OutcomeInput extends TaskInput {
  readonly worker: string;
  readonly description: string;
  readonly reason: string;
}

export interface SynthesisPrompt {
  readonly role: 'synthesiser';
  readonly goal: string;
  readonly context: string;
  readonly outcomes: readonly OutcomeInput[];
}

/** Anything that is not one of Baton's own prompts. */
export interface OtherPrompt {
  readonly role: 'other';
  readonly text: string;
}

export type Prompt = PlannerPrompt | TaskPrompt | SynthesisPrompt | OtherPrompt;

const IDENTITY = /^You are the (?<role>[\w-]+) of Baton\b/;
const DEFAULT_MAX_TASKS = 20;

/** Which of Baton's roles a request speaks to, and with what inputs. */
export function readPrompt(request: MessagesRequest): Prompt {
  const role = IDENTITY.exec(request.system.trimStart())?.groups?.['role'];
  const userTexts = request.turns.filter((turn) => turn.role === 'user').map((turn) => turn.text);
  const elements = parseElements(userTexts[0] ?? '');
  const goal = findElement(elements, 'goal')?.text ?? '';
  const other: OtherPrompt = { role: 'other', text: userTexts.at(-1) ?? '' };
  if (role === undefined || goal === '') return other;
  const shared = { goal, context: findElement(elements, 'context')?.text ?? '' };
  const violations = parseElements(userTexts.slice(1).join('\n'));
  if (role === 'planner') return { ...shared, ...plannerInputs(elements, violations) };
  if (role === 'synthesiser') return { ...shared, ...synthesisInputs(elements) };
  const task = findElement(elements, 'task');
  return task === undefined ? other : { ...shared, ...taskInputs(role, task, elements) };
}

function plannerInputs(
  elements: readonly Element[],
  repairTurns: readonly Element[],
): Omit<PlannerPrompt, 'goal' | 'context'> {
  const recipe = findElement(elements, 'recipe');
  const limits = findElement(elements, 'limits')?.attributes;
  const maxTasks = Number(limits?.get('max_tasks') ?? DEFAULT_MAX_TASKS);
  return {
    role: 'planner',
    recipe:
      recipe === undefined
        ? null
        : {
            name: recipe.attributes.get('name') ?? '',
            hints: childrenNamed(recipe, 'hint').map((hint) => hint.text),
          },
    workers: childrenNamed(findElement(elements, 'worker_types'), 'worker_type').map((worker) => ({
      name: worker.attributes.get('name') ?? '',
      description: childText(worker, 'description'),
      bestFor: childText(worker, 'best_for'),
    })),
    maxTasks: Number.isInteger(maxTasks) && maxTasks >= 1 ? maxTasks : DEFAULT_MAX_TASKS,
    decomposition: decompositionIn(limits?.get('decomposition')),
    violations: repairTurns.flatMap((element) =>
      childrenNamed(element, 'violation').map((violation) => violation.text),
    ),
  };
}

function decompositionIn(text: string | undefined): Decomposition {
  return text === 'dynamic' || text === 'constrained' ? text : 'hybrid';
}

function taskInputs(
  role: string,
  task: Element,
  elements: readonly Element[],
): Omit<TaskPrompt, 'goal' | 'context'> {
  return {
    role: 'task',
    task: task.attributes.get('id') ?? '',
    worker: task.attributes.get('worker') ?? role,
    description: childText(task, 'description'),
    requirements: childrenNamed(
      task.children.find((child) => child.name === 'requirements'),
      'requirement',
    ).map((requirement) => requirement.text),
    dependencies: childrenNamed(findElement(elements, 'dependencies'), 'dependency').map((dependency) => ({
      task: dependency.attributes.get('task') ?? '',
      status: dependency.attributes.get('status') ?? 'succeeded',
      output: dependency.text,
    })),
  };
}

function synthesisInputs(elements: readonly Element[]): Omit<SynthesisPrompt, 'goal' | 'context'> {
  return {
    role: 'synthesiser',
    outcomes: childrenNamed(findElement(elements, 'outcomes'), 'outcome').map((outcome) => ({
      task: outcome.attributes.get('task') ?? '',
      worker: outcome.attributes.get('worker') ?? '',
      status: outcome.attributes.get('status') ?? 'succeeded',
      description: childText(outcome, 'description'),
      output: childText(outcome, 'output'),
      reason: childText(outcome, 'reason'),
    })),
  };
}
