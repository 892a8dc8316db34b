import { staySentence, travelDays } from '../answer/travel-days.ts';
import { factLines } from '../goal/goal-facts.ts';
import { capitalise, listed, uncapitalise } from '../goal/wording.ts';
import { isItinerary } from './itinerary.ts';
import { evidenceFor, quotes, section, type TaskBrief } from './task-brief.ts';

export function writerAnswer(brief: TaskBrief): string[] {
  const { facts, prompt } = brief;
  const tables = brief.inputs.flatMap((input) => input.digest.tables).slice(0, 1);
  return [
    isItinerary(brief) ? staySentence(facts) : leadSentence(brief),
    '',
    ...brief.inputs
      .slice(0, -1)
      .flatMap((input) => [`As [${input.task}] has it: ${input.digest.keySentence}`, '']),
    ...(isItinerary(brief) ? travelDays(facts) : []),
    ...prompt.requirements.flatMap((requirement) => section(requirement, [paragraph(requirement, brief)])),
    ...section('The figures behind it', tables),
    ...section(
      'What is fixed',
      factLines(facts).map((line) => `- ${line}`),
    ),
    ...(brief.inputs.length === 0 ? [] : section('Sources', quotes(brief))),
  ];
}

/** The topic, and what the last input concluded on it. */
function leadSentence(brief: TaskBrief): string {
  const { item } = brief.prompt;
  if (item !== null) {
    const rest =
      brief.inputs.length === 0 ? 'the goal alone' : listed(brief.inputs.map(({ task }) => `[${task}]`));
    return `${capitalise(brief.title)}, part ${item.number} of ${item.of} of ${brief.facts.topic}; this text rests on ${rest}.`;
  }
  const topic = capitalise(brief.facts.topic);
  const last = brief.inputs.at(-1);
  return last === undefined
    ? `${topic}: this text rests on the goal alone.`
    : `${topic}: ${uncapitalise(last.digest.keySentence)}`;
}

function paragraph(requirement: string, brief: TaskBrief): string {
  const { confidence, says } = evidenceFor(requirement, brief);
  const standing = confidence === 'low' ? 'Nothing in the inputs settles this' : 'The inputs bear on this';
  return `${standing}: ${says}.`;
}
