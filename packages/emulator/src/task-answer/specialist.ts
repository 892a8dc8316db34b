import { staySentence, travelDays } from '../answer/travel-days.ts';
import { capitalise, topicOf } from '../goal/wording.ts';
import { isItinerary } from './itinerary.ts';
import { evidenceFor, quotes, section, type TaskBrief } from './task-brief.ts';

export function specialistAnswer(brief: TaskBrief): string[] {
  const { facts, prompt } = brief;
  const opening = isItinerary(brief)
    ? staySentence(facts)
    : `${asWhom(prompt.approach)}${capitalise(topicOf(brief.title))}: ${prompt.requirements.length} points of advice, in the order of the requirements.`;
  const advice = prompt.requirements.map((requirement, index) => {
    const { confidence, says } = evidenceFor(requirement, brief);
    return `${index + 1}. **${requirement}** (confidence: ${confidence}): ${says}.`;
  });
  return [
    opening,
    '',
    ...(isItinerary(brief) ? travelDays(facts) : []),
    ...section('Advice', advice),
    ...section('Built on', quotes(brief)),
  ];
}

/** The expertise or manner in which a custom task is done. */
function asWhom(approach: string): string {
  return approach === '' ? '' : `**In the part of: ${approach}.** `;
}
