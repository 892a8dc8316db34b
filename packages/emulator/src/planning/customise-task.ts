import { countWord } from '../goal/counts.ts';
import type { GoalFacts } from '../goal/goal-facts.ts';
import { formatMoney } from '../goal/money.ts';
import { listed, uncapitalise } from '../goal/wording.ts';
import type { DraftTask, Stage } from './draft-task.ts';

const WHY: Readonly<Record<Stage, string>> = {
  gather: 'The answer needs it.',
  combine: 'It turns what was gathered into something to decide by.',
  produce: 'It is what the goal asks for.',
  check: 'It keeps mistakes out of the answer.',
};
const MOST_NAMED = 3;

/** Says of each task why the plan has it and what to look at above all, by the goal's own limits. */
export function customise(tasks: readonly DraftTask[], facts: GoalFacts): DraftTask[] {
  return tasks.map((task) => {
    const waiting = tasks.filter((other) => other.dependencies.includes(task.id)).map((other) => other.id);
    const why = waiting.length === 0 || task.stage === 'produce' ? WHY[task.stage] : neededBy(waiting);
    return { ...task, why, focus: task.focus ?? focusOf(task, facts) };
  });
}

function neededBy(ids: readonly string[]): string {
  const named = ids.slice(0, MOST_NAMED).map((id) => `"${id}"`);
  const rest = ids.length - named.length;
  const all = rest > 0 ? [...named, `${countWord(rest)} more`] : named;
  return `${listed(all)} ${ids.length === 1 ? 'builds' : 'build'} on it.`;
}

function focusOf(task: DraftTask, facts: GoalFacts): string {
  const limits = [
    facts.money === null ? [] : [`the limit of ${formatMoney(facts.money)}`],
    facts.days === null ? [] : [`${countWord(facts.days)} ${facts.days === 1 ? 'day' : 'days'}`],
    facts.people === null ? [] : [`${countWord(facts.people)} ${facts.people === 1 ? 'person' : 'people'}`],
  ].flat();
  if (limits.length > 0) return `Above all: ${listed(limits)}.`;
  return `Above all: ${uncapitalise(task.requirements[0] ?? task.description).replace(/[.\s]+$/, '')}.`;
}
