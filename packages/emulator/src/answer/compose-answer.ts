import type { MessagesRequest } from '../api/messages-request.ts';
import { shorten } from '../goal/wording.ts';
import type { JsonObject } from '../json.ts';
import { planGoal } from '../planning/plan-goal.ts';
import { synthesise } from '../synthesis/synthesise.ts';
import { answerTask } from '../task-answer/answer-task.ts';
import type { Prompt } from './prompt.ts';
import { promptedSchema } from './prompted-schema.ts';
import { schemaInstance } from './schema-instance.ts';
import { SIMULATED_LINE } from './simulated.ts';

/** The text of the answer, made from the request alone: the same request always gets the same text. */
export function composeAnswer(request: MessagesRequest, prompt: Prompt): string {
  if (prompt.role === 'planner') return plannerReply(request, planGoal(prompt));
  const schema = request.schema ?? promptedSchema(request.system);
  if (schema !== null) return JSON.stringify(schemaInstance(schema, undefined, textFor(prompt)));
  switch (prompt.role) {
    case 'task':
      return answerTask(prompt);
    case 'synthesiser':
      return synthesise(prompt);
    default:
      return `You wrote: "${shorten(prompt.text, 400)}"\n\n${SIMULATED_LINE}`;
  }
}

function plannerReply(request: MessagesRequest, reply: object): string {
  if (request.schema === null) return JSON.stringify(reply);
  return JSON.stringify(schemaInstance(request.schema, reply, (name) => `Simulated ${name}.`));
}

/** What stands in a made-up string property. */
function textFor(prompt: Exclude<Prompt, { role: 'planner' }>): (name: string) => string {
  const about =
    prompt.role === 'task' ? prompt.description : prompt.role === 'other' ? prompt.text : prompt.goal;
  return (name) => `Simulated ${name.replaceAll(/[_-]/g, ' ')} for: ${shorten(about, 120)}`;
}

/** A plan that breaks the law named; for the `bad-plan` fault. */
export function unlawfulPlan(which: 'cycle' | 'unknown-worker' | 'schema', prompt: Prompt): JsonObject {
  const worker = prompt.role === 'planner' ? (prompt.workers[0]?.name ?? 'researcher') : 'researcher';
  const task = (id: string, dependencies: string[], by = worker): JsonObject => ({
    id,
    worker: by,
    description: `Simulated task ${id}.`,
    requirements: [],
    dependencies,
    priority: 'medium',
    complexity: 'low',
  });
  const reply = { mode: 'plan', analysis: `Simulated plan with a fault: ${which}.`, answer: null };
  switch (which) {
    case 'cycle':
      return { ...reply, tasks: [task('first', ['second']), task('second', ['first'])] };
    case 'unknown-worker':
      return { ...reply, tasks: [task('first', [], 'no-such-worker')] };
    default:
      return { ...reply, tasks: [{ id: 'first', steps: 'not a task' }] };
  }
}
