import { budgetSentence, budgetTable } from '../answer/budget-table.ts';
import { countWord } from '../goal/counts.ts';
import { capitalise, listed, topicOf } from '../goal/wording.ts';
import { comparisonOf, type Comparison } from './comparison-table.ts';
import { evidenceFor, quotes, section, type TaskBrief } from './task-brief.ts';

export function analyzerAnswer(brief: TaskBrief): string[] {
  const { facts, prompt } = brief;
  const { money } = facts;
  const isBudget = money !== null && /\b(?:budget|costs?|split)\b/i.test(prompt.description);
  const comparison = comparisonOf(brief);
  const opening = isBudget ? budgetSentence(money, facts) : comparisonSentence(comparison, brief);
  return [
    opening,
    ...section(isBudget ? 'Budget' : 'Side by side', isBudget ? budgetTable(money, facts) : comparison.lines),
    ...section(
      'Requirements',
      prompt.requirements.map(
        (requirement) => `- **${requirement}**: ${treatment(requirement, comparison, brief)}.`,
      ),
    ),
    ...section('Built on', quotes(brief)),
  ];
}

function comparisonSentence({ options, criteria }: Comparison, brief: TaskBrief): string {
  if (criteria.length === 0) return `${capitalise(topicOf(brief.title))}: the inputs, side by side.`;
  if (brief.facts.kind !== 'comparison') {
    return `${capitalise(countWord(options))} ${options === 1 ? 'input is' : 'inputs are'} set side by side by ${countWord(criteria.length)} ${criteria.length === 1 ? 'question' : 'questions'}.`;
  }
  const judged = listed(criteria.map((criterion) => criterion.toLowerCase()));
  return `No option leads on these inputs: ${countWord(options)} ${options === 1 ? 'option' : 'options'}, judged by ${judged}, in this order.`;
}

function treatment(requirement: string, { criteria }: Comparison, brief: TaskBrief): string {
  if (/\b(?:table|row|split|adds? up|reserve|amount)\b/i.test(requirement)) return 'see the table above';
  if (/\bcriteri/i.test(requirement) && criteria.length > 0) return listed(criteria).toLowerCase();
  return evidenceFor(requirement, brief).says;
}
