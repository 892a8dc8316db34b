import type { MessagesRequest } from '../api/messages-request.ts';
import { assess } from '../assessment/assess.ts';
import { shorten } from '../goal/wording.ts';
import { plannerXml } from '../planning/planner-xml.ts';
import { planGoal } from '../planning/plan-goal.ts';
import { replanGoal } from '../replanning/replan-goal.ts';
import { judgeResult } from '../review/judge-result.ts';
import { synthesise } from '../synthesis/synthesise.ts';
import { answerTask } from '../task-answer/answer-task.ts';
import { freeXmlReply } from './free-xml.ts';
import type { PlannerPrompt, Prompt } from './prompt.ts';
import { promptedSchema } from './prompted-schema.ts';
import { schemaInstance } from './schema-instance.ts';
import { SIMULATED_LINE } from './simulated.ts';

/** The text of the answer, made from the request alone: the same request always gets the same text. */
export function composeAnswer(request: MessagesRequest, prompt: Prompt): string {
  if (prompt.role === 'planner') return plannerReply(request, prompt);
  if (prompt.role === 'replanner') return objectReply(request, replanGoal(prompt));
  if (prompt.role === 'judge') return objectReply(request, judgeResult(prompt));
  if (prompt.role === 'assessor') return objectReply(request, assess(prompt));
  if (prompt.role === 'task') return schemaReply(request, prompt.description) ?? answerTask(prompt);
  if (prompt.role === 'synthesiser') return schemaReply(request, prompt.goal) ?? synthesise(prompt);
  return schemaReply(request, prompt.text) ?? freeXmlReply(prompt.text) ?? echo(prompt.text);
}

function plannerReply(request: MessagesRequest, prompt: PlannerPrompt): string {
  const reply = planGoal(prompt);
  return request.schema === null && prompt.wantsXml ? plannerXml(reply) : objectReply(request, reply);
}

/** The object as JSON, of the form that the request holds it to. */
function objectReply(request: MessagesRequest, reply: object): string {
  if (request.schema === null) return JSON.stringify(reply);
  return JSON.stringify(schemaInstance(request.schema, reply, (name) => `Simulated ${name}.`));
}

/** Made-up JSON for a request that asks for JSON of a form of its own; null when it asks for none. */
function schemaReply(request: MessagesRequest, about: string): string | null {
  const schema = request.schema ?? promptedSchema(request.system);
  if (schema === null) return null;
  const text = (name: string): string =>
    `Simulated ${name.replaceAll(/[_-]/g, ' ')} for: ${shorten(about, 120)}`;
  return JSON.stringify(schemaInstance(schema, undefined, text));
}

function echo(text: string): string {
  return `You wrote: "${shorten(text, 400)}"\n\n${SIMULATED_LINE}`;
}
