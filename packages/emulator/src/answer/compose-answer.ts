import type { MessagesRequest } from '../api/messages-request.ts';
import { shorten } from '../goal/wording.ts';
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
  if (prompt.role === 'task') return answerTask(prompt);
  if (prompt.role === 'synthesiser') return synthesise(prompt);
  return `You wrote: "${shorten(prompt.text, 400)}"\n\n${SIMULATED_LINE}`;
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
