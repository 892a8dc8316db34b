import type { MessagesRequest } from '../api/messages-request.ts';
import {
  attribute,
  childText,
  childrenNamed,
  findElement,
  parseElements,
  textsIn,
  type Element,
} from './elements.ts';
import type {
  AssessorPrompt,
  GoalText,
  JudgePrompt,
  OutcomeInput,
  Prompt,
  Revision,
  SynthesisPrompt,
  TaskInput,
  TaskPrompt,
} from './prompt.ts';
import { asksToGoOn } from './going-on.ts';
import { readPlanner, readReplanner } from './read-planning-prompt.ts';

/** How Baton says why a task was not needed. */
const FINISHED_EARLY = /\bfinished early: (?<why>.+)/;
const IDENTITY = /^You are the (?<role>[\w-]+) of Baton\b/;

/** Which of Baton's roles a request speaks to, and with what inputs. */
export function readPrompt(request: MessagesRequest): Prompt {
  const role = IDENTITY.exec(request.system.trimStart())?.groups?.['role'];
  const userTexts = request.turns
    .filter((turn) => turn.role === 'user')
    .map((turn) => turn.text)
    .filter((text) => text !== '' && !asksToGoOn(text));
  const elements = parseElements(userTexts[0] ?? '');
  const goal = findElement(elements, 'goal')?.text ?? '';
  const other = { role: 'other', text: userTexts.at(-1) ?? '' } as const;
  if (role === undefined || goal === '') return other;
  const told = { goal, context: findElement(elements, 'context')?.text ?? '' };
  const repairTurns = parseElements(userTexts.slice(1).join('\n'));
  switch (role) {
    case 'planner':
      return readPlanner(told, elements, repairTurns, request.system);
    case 'replanner':
      return readReplanner(told, elements, repairTurns);
    case 'synthesiser':
      return readSynthesis(told, elements);
    case 'judge':
      return readJudge(told, elements);
    case 'assessor':
      return readAssessor(told, elements);
    default: {
      const task = findElement(elements, 'task');
      return task === undefined ? other : readTask(told, role, task, elements);
    }
  }
}

function readTask(told: GoalText, role: string, task: Element, elements: readonly Element[]): TaskPrompt {
  return {
    role: 'task',
    ...told,
    task: attribute(task, 'id'),
    worker: attribute(task, 'worker') || role,
    description: childText(task, 'description'),
    requirements: requirementsOf(task),
    focus: childText(task, 'focus') || attribute(task, 'focus'),
    approach: childText(task, 'approach') || attribute(task, 'approach'),
    item: readItem(findElement(elements, 'item')),
    dependencies: dependenciesIn(elements),
    revision: readRevision(elements),
  };
}

function readItem(item: Element | undefined): TaskPrompt['item'] {
  if (item === undefined || item.text === '') return null;
  return { text: item.text, number: wholeNumber(item, 'number'), of: wholeNumber(item, 'of') };
}

function readSynthesis(told: GoalText, elements: readonly Element[]): SynthesisPrompt {
  const early = findElement(elements, 'finished_early');
  const outcomes = outcomesIn(elements);
  const ended = outcomes.find(({ status, reason }) => status === 'cancelled' && FINISHED_EARLY.test(reason));
  return {
    role: 'synthesiser',
    ...told,
    outcomes,
    revision: readRevision(elements),
    finishedEarly: early?.text ?? FINISHED_EARLY.exec(ended?.reason ?? '')?.groups?.['why'] ?? '',
  };
}

function readJudge(told: GoalText, elements: readonly Element[]): JudgePrompt {
  const task = findElement(elements, 'task');
  const previous = findElement(elements, 'previous_feedback');
  const judge = findElement(elements, 'judge');
  return {
    role: 'judge',
    ...told,
    task:
      task === undefined
        ? null
        : {
            id: attribute(task, 'id'),
            worker: attribute(task, 'worker'),
            description: childText(task, 'description'),
            requirements: requirementsOf(task),
          },
    dependencies: dependenciesIn(elements),
    result: findElement(elements, 'result')?.text ?? '',
    previousFeedback: previous === undefined ? null : textsIn(previous, 'point'),
    judge: wholeNumber(judge, 'number'),
    judges: wholeNumber(judge, 'of'),
  };
}

function readAssessor(told: GoalText, elements: readonly Element[]): AssessorPrompt {
  const open = childrenNamed(findElement(elements, 'open_tasks'), 'task').map((task) => ({
    task: attribute(task, 'id'),
    worker: attribute(task, 'worker'),
    description: childText(task, 'description'),
  }));
  return { role: 'assessor', ...told, outcomes: outcomesIn(elements), openTasks: open };
}

function readRevision(elements: readonly Element[]): Revision | null {
  const previous = findElement(elements, 'previous_result');
  const feedback = findElement(elements, 'feedback');
  if (previous === undefined && feedback === undefined) return null;
  return {
    previous: previous?.text ?? '',
    feedback: feedback === undefined ? [] : textsIn(feedback, 'point'),
  };
}

function requirementsOf(task: Element): string[] {
  return childrenNamed(task, 'requirements').flatMap((requirements) => textsIn(requirements, 'requirement'));
}

function dependenciesIn(elements: readonly Element[]): TaskInput[] {
  return childrenNamed(findElement(elements, 'dependencies'), 'dependency').map((dependency) => ({
    task: attribute(dependency, 'task'),
    status: attribute(dependency, 'status') || 'succeeded',
    output: dependency.text,
  }));
}

function outcomesIn(elements: readonly Element[]): OutcomeInput[] {
  return childrenNamed(findElement(elements, 'outcomes'), 'outcome').map((outcome) => ({
    task: attribute(outcome, 'task'),
    worker: attribute(outcome, 'worker'),
    status: attribute(outcome, 'status') || 'succeeded',
    description: childText(outcome, 'description'),
    output: childText(outcome, 'output'),
    reason: childText(outcome, 'reason'),
  }));
}

/** An attribute that counts from 1; 1 when it is not there. */
function wholeNumber(element: Element | undefined, name: string): number {
  const number = Number(element === undefined ? '' : attribute(element, name));
  return Number.isInteger(number) && number >= 1 ? number : 1;
}
