import { readGoal } from '../goal/goal-facts.ts';
import { shorten } from '../goal/wording.ts';
import { mannersFor, mannerOf } from '../planning/manners.ts';
import { plannerXml, xml } from '../planning/planner-xml.ts';
import { variantCopy } from '../task-answer/variant-copy.ts';
import { SIMULATED_LINE } from './simulated.ts';

const TASK = /^\s*Task:\s*(?<task>.+)$/im;
const STYLE = /^\s*Style:\s*(?<style>.+)$/im;
const ASKS_FOR_TASKS = /<tasks>[\s\S]*<task>[\s\S]*<type>/;
const ASKS_FOR_RESPONSE = /<response>/;

/**
 * The reply to a prompt of somebody's own that spells its form out in XML: `<analysis>` and `<tasks>` with a `<type>` and a
 * `<description>` each, or a `<response>`. Null when the prompt asks for neither.
 */
export function freeXmlReply(text: string): string | null {
  const task = shorten(TASK.exec(text)?.groups?.['task'] ?? text.split('\n')[0] ?? '', 200);
  if (ASKS_FOR_TASKS.test(text)) {
    const manners = mannersFor(task);
    const analysis = `Simulated: no model was called. "${task}" gains from ${manners.length} approaches, each for another reader.`;
    const tasks = manners.map((manner, index) => ({
      id: `task-${index + 1}`,
      worker: manner,
      description: `Write the ${manner} version: ${mannerOf(manner)}.`,
      requirements: [],
      dependencies: [],
      priority: 'medium' as const,
      complexity: 'medium' as const,
    }));
    return bare(plannerXml({ mode: 'plan', analysis, answer: null, tasks }));
  }
  if (!ASKS_FOR_RESPONSE.test(text)) return null;
  const style = STYLE.exec(text)?.groups?.['style']?.trim() ?? 'plain';
  const lines = variantCopy(style, readGoal(task), '');
  return xml('response', `\n${[...lines, '', SIMULATED_LINE].join('\n')}\n`);
}

/** With types and descriptions alone. */
function bare(reply: string): string {
  return reply
    .split('\n')
    .filter((line) => !/^\s*<\/?(?:id|requirements?|dependencies|priority|complexity)>/.test(line))
    .join('\n');
}
