import { stopKinds } from '../answer/travel-days.ts';
import { factLines } from '../goal/goal-facts.ts';
import { countWord } from '../goal/counts.ts';
import { capitalise, topicOf } from '../goal/wording.ts';
import { evidenceFor, quotes, section, type TaskBrief } from './task-brief.ts';

export function researcherAnswer(brief: TaskBrief): string[] {
  const { facts, prompt } = brief;
  const { requirements } = prompt;
  const points = requirements.length === 0 ? [brief.title] : requirements;
  const findings = points.map((point) => ({ point, ...evidenceFor(point, brief) }));
  const open = findings.filter((finding) => !finding.isSettled).length;
  const stops = facts.kind === 'travel' && /\bsights?\b/i.test(prompt.description) ? stopKinds(facts) : [];
  return [
    `${capitalise(countWord(points.length))} ${points.length === 1 ? 'point' : 'points'} to settle on ${topicOf(brief.title)}, of which ${countWord(open)} need a source.`,
    ...section(
      'Findings',
      findings.map(({ point, confidence, says }) => `- **${point}** (confidence: ${confidence}): ${says}.`),
    ),
    ...section(
      'Kinds of stops to fill',
      stops.map((stop) => `- ${capitalise(stop)}`),
    ),
    ...section(
      'Settled by the goal',
      factLines(facts).map((line) => `- ${line} (confidence: high)`),
    ),
    ...section('Built on', quotes(brief)),
  ];
}
