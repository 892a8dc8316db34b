import { capitalise, topicOf } from '../goal/wording.ts';
import { quotes, section, type TaskBrief } from './task-brief.ts';
import { writerAnswer } from './writer.ts';

const MAX_POINTS = 5;

/** The worker type that merges several outputs into one; the goal's own synthesis is another role. */
export function synthesizerAnswer(brief: TaskBrief): string[] {
  if (brief.inputs.length === 0) return writerAnswer(brief);
  const seen = new Set<string>();
  const merged = brief.inputs.flatMap((input) => {
    const fresh = input.digest.bullets.filter((bullet) => !seen.has(bullet)).slice(0, MAX_POINTS);
    fresh.forEach((bullet) => seen.add(bullet));
    return section(`From [${input.task}]`, [
      input.digest.keySentence,
      '',
      ...fresh.map((bullet) => `- ${bullet}`),
    ]);
  });
  return [
    `${capitalise(topicOf(brief.title))}: ${brief.inputs.length} ${brief.inputs.length === 1 ? 'input' : 'inputs'} merged, each point kept once.`,
    ...merged,
    ...section(
      'Requirements',
      brief.prompt.requirements.map((requirement) => `- ${requirement}`),
    ),
    ...section('Merged', quotes(brief)),
  ];
}
