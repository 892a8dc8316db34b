import { capitalise, coverage, shorten } from '../goal/wording.ts';
import type { DigestedInput, TaskBrief } from './task-brief.ts';

export interface Comparison {
  /** The table in markdown. */
  readonly lines: readonly string[];
  readonly options: number;
  /** Empty when the inputs share none. */
  readonly criteria: readonly string[];
}

interface Finding {
  readonly criterion: string;
  readonly says: string;
}

const FINDING = /^\*\*(?<title>.+?)\*\* \(confidence: (?<confidence>\w+)\): (?<says>.*)$/;
const MAX_CRITERIA = 4;

/** The inputs as rows, and what their findings are about as columns; the goal's own subjects when there are no inputs. */
export function comparisonOf(brief: TaskBrief): Comparison {
  const rows = brief.inputs.map((input) => ({ input, findings: findingsOf(input, brief) }));
  if (rows.length === 0) return comparisonOfSubjects(brief);
  const named = rows.flatMap((row) => row.findings.map((finding) => finding.criterion));
  const criteria = [...new Set(named)].slice(0, MAX_CRITERIA);
  if (criteria.length === 0) return { lines: inputTable(brief.inputs), options: rows.length, criteria };
  const lines = rows.map(({ input, findings }) => {
    const cells = criteria.map(
      (criterion) => findings.find((finding) => finding.criterion === criterion)?.says ?? '–',
    );
    return `| ${cell(capitalise(subjectOf(input, brief)))} | ${cells.map(cell).join(' | ')} | [${input.task}] |`;
  });
  const head = `| Option | ${criteria.map(cell).join(' | ')} | Source |`;
  return {
    lines: [head, `|---|${'---|'.repeat(criteria.length)}---|`, ...lines],
    options: rows.length,
    criteria,
  };
}

function comparisonOfSubjects({ facts, prompt }: TaskBrief): Comparison {
  const names = facts.subjects.length === 0 ? [facts.topic] : facts.subjects;
  const requirements = prompt.requirements.slice(0, MAX_CRITERIA);
  const heads = requirements.length === 0 ? ['What the goal says'] : requirements;
  const rows = names.map((name) => `| ${cell(capitalise(name))} |${' open |'.repeat(heads.length)}`);
  const lines = [
    `| Option | ${heads.map(cell).join(' | ')} |`,
    `|---|${'---|'.repeat(heads.length)}`,
    ...rows,
  ];
  return { lines, options: names.length, criteria: [] };
}

function inputTable(inputs: readonly DigestedInput[]): string[] {
  return [
    '| Input | What it says | Status |',
    '|---|---|---|',
    ...inputs.map((input) => `| [${input.task}] | ${cell(input.digest.keySentence)} | ${input.status} |`),
  ];
}

function findingsOf(input: DigestedInput, brief: TaskBrief): Finding[] {
  const subjectWords = new Set(subjectOf(input, brief).toLowerCase().split(' '));
  return input.digest.bullets.flatMap((bullet) => {
    const groups = FINDING.exec(bullet)?.groups;
    if (groups === undefined) return [];
    const words = (groups['title'] ?? '').toLowerCase().split(/\s+/);
    const about = words.filter((word) => !subjectWords.has(word)).join(' ');
    const criterion = capitalise(about.replace(/\b(?:of|that|for|in)\s*(?:needs?)?\s*$/, '').trim());
    const source = /look for it in (?<source>.+?)\.?$/.exec(groups['says'] ?? '')?.groups?.['source'];
    const says = source === undefined ? (groups['says'] ?? '') : `open; see ${source}`;
    return criterion === '' ? [] : [{ criterion, says }];
  });
}

/** The subject whose name an input's task id holds most of; the id itself when it holds none of them. */
function subjectOf(input: DigestedInput, brief: TaskBrief): string {
  const id = input.task.replaceAll(/[-_]/g, ' ');
  const best = brief.facts.subjects
    .map((subject) => ({ subject, share: coverage(subject, id) }))
    .reduce((top, candidate) => (candidate.share > top.share ? candidate : top), { subject: id, share: 0 });
  return best.subject;
}

function cell(text: string): string {
  return shorten(text.replaceAll('|', '/'), 110);
}
