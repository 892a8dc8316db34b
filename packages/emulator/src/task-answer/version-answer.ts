import { quotes, section, type TaskBrief } from './task-brief.ts';
import { variantCopy } from './variant-copy.ts';

const VERSION =
  /\b(?:the|an?) (?<manner>[\p{L}-]+) (?:version|variant|copy|text|product description|ad|announcement)\b/iu;
const NO_MANNER =
  /^(?:new|whole|full|final|first|second|short|long|same|other|marketing|body|finished|next)$/i;

/** A text written in one manner of several; null for any other task. */
export function versionAnswer(brief: TaskBrief): string[] | null {
  const { prompt, facts } = brief;
  if (facts.kind !== 'copy' || !['writer', 'specialist'].includes(prompt.worker)) return null;
  const named = VERSION.exec(prompt.description)?.groups?.['manner'] ?? '';
  const manner = prompt.approach === '' ? named : prompt.approach;
  if (manner === '' || NO_MANNER.test(manner)) return null;
  return [
    ...variantCopy(manner, facts, prompt.context),
    ...section(
      'Kept to',
      prompt.requirements.map((requirement) => `- ${requirement}`),
    ),
    ...section('Built on', quotes(brief)),
  ];
}
