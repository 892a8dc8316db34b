import { keywords, keywordShare } from '../goal/wording.ts';
import { material, quotes, section, type TaskBrief } from './task-brief.ts';

const TREATED = 0.34;

export function reviewerAnswer(brief: TaskBrief): string[] {
  const reviewed = material(brief, brief.prompt.context);
  const points = brief.prompt.requirements.map((requirement) => {
    const isTreated = keywordShare(keywords(requirement), reviewed) >= TREATED;
    return { requirement, isTreated };
  });
  const open = points.filter((point) => !point.isTreated).length;
  const incomplete = brief.inputs.filter((input) => input.status !== 'succeeded' || input.output === '');
  const verdict = open === 0 && incomplete.length === 0 ? 'accept' : 'accept with changes';
  return [
    `Verdict: ${verdict}; ${open} of ${points.length} points are open.`,
    ...section(
      'Points',
      points.map(({ requirement, isTreated }) =>
        isTreated
          ? `- **${requirement}** (minor): treated in what was reviewed.`
          : `- **${requirement}** (important): not found in what was reviewed; add it.`,
      ),
    ),
    ...section(
      'Incomplete inputs',
      incomplete.map((input) => `- [${input.task}] ended as ${input.status}.`),
    ),
    ...section('Reviewed', quotes(brief)),
  ];
}
