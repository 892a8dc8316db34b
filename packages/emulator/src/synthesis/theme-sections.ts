import { capitalise, shorten } from '../goal/wording.ts';
import type { DigestedOutcome } from './digested-outcome.ts';

const MAX_BULLETS = 6;
const MAX_CODE_LINES = 80;
/** Points that the head of the answer already holds. */
const SAID_ALREADY = /^(?:Morning|Afternoon|Evening|Budget|Place|Length|People|Named in the goal):/;
const THEMES: ReadonlyArray<readonly [string, readonly string[]]> = [
  ['What was found', ['researcher']],
  ['What it means', ['analyzer']],
  ['Code', ['coder']],
  ['In full', ['writer', 'synthesizer', 'specialist']],
  ['How far it holds', ['reviewer', 'validator']],
];
const OTHER_THEME = 'Further results';

/** A section per theme; within it, what each outcome says first and its points, each point once in the whole answer. */
export function themeSections(outcomes: readonly DigestedOutcome[]): string[] {
  const seen = new Set<string>();
  const themeOf = (outcome: DigestedOutcome): string =>
    THEMES.find(([, workers]) => workers.includes(outcome.worker))?.[0] ?? OTHER_THEME;
  return [...THEMES.map(([theme]) => theme), OTHER_THEME].flatMap((theme) => {
    const members = outcomes.filter((outcome) => themeOf(outcome) === theme);
    if (members.length === 0) return [];
    const lines = members.flatMap((outcome) => outcomeLines(outcome, seen));
    return [`## ${theme}\n`].concat(lines);
  });
}

function outcomeLines(outcome: DigestedOutcome, seen: Set<string>): string[] {
  const { digest } = outcome;
  const bullets = digest.bullets
    .filter((bullet) => !SAID_ALREADY.test(bullet) && isNew(bullet, seen))
    .slice(0, MAX_BULLETS);
  const code = digest.codeBlocks[0];
  const partial = outcome.status === 'partial' ? ' (partial)' : '';
  const description = outcome.description === '' ? outcome.task : outcome.description;
  return [
    `**${capitalise(shorten(description, 120)).replace(/[.\s]+$/, '')}**${partial} [${outcome.task}]`,
    '',
    digest.keySentence,
    '',
    ...bullets.map((bullet) => `- ${shorten(bullet, 300)}`),
    '',
    ...(code === undefined ? [] : shortened(code)),
    '',
  ];
}

function isNew(text: string, seen: Set<string>): boolean {
  const key = text
    .toLowerCase()
    .replaceAll(/[^\p{L}\d]+/gu, ' ')
    .trim();
  if (seen.has(key)) return false;
  seen.add(key);
  return true;
}

function shortened(block: string): string[] {
  const lines = block.split('\n');
  if (lines.length <= MAX_CODE_LINES) return lines;
  return [...lines.slice(0, MAX_CODE_LINES - 1), '```'];
}
