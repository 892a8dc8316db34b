import { capitalise, slug, topicOf } from '../goal/wording.ts';
import { evidenceFor, quotes, section, type TaskBrief } from './task-brief.ts';

export function coderAnswer(brief: TaskBrief): string[] {
  const isPython = /\bpython\b/i.test(`${brief.prompt.goal} ${brief.prompt.description}`);
  const words = slug(brief.prompt.task === '' ? brief.title : brief.prompt.task)
    .split('-')
    .filter((word) => /^[a-z]/.test(word));
  const code = isPython ? pythonCode(brief, words) : typescriptCode(brief, words);
  return [
    `${capitalise(topicOf(brief.title))}: an outline with one step per requirement.`,
    '',
    `\`\`\`${isPython ? 'python' : 'ts'}`,
    ...code,
    '```',
    ...section(
      'Requirements',
      brief.prompt.requirements.map(
        (requirement) => `- **${requirement}**: ${evidenceFor(requirement, brief).says}.`,
      ),
    ),
    ...section('Built on', quotes(brief)),
  ];
}

function typescriptCode(brief: TaskBrief, words: readonly string[]): string[] {
  const type = words.map(capitalise).join('') || 'Part';
  const name = type.slice(0, 1).toLowerCase() + type.slice(1);
  return [
    `/** ${commentSafe(brief.title)}. Throws a RangeError naming what is wrong with the input. */`,
    `export function ${name}(input: ReadonlyMap<string, string>): string[] {`,
    `  if (input.size === 0) throw new RangeError('${name}: the input is empty; give at least one entry');`,
    '  const steps: string[] = [];',
    ...steps(brief).map((step, index) => `  steps.push('${index + 1}. ${step.replaceAll(/['\\]/g, '’')}');`),
    '  return steps;',
    '}',
  ];
}

function pythonCode(brief: TaskBrief, words: readonly string[]): string[] {
  const name = words.join('_') || 'part';
  return [
    `def ${name}(entries: dict[str, str]) -> list[str]:`,
    `    """${commentSafe(brief.title)}. Raises ValueError naming what is wrong with the input."""`,
    '    if not entries:',
    `        raise ValueError("${name}: the input is empty; give at least one entry")`,
    '    steps: list[str] = []',
    ...steps(brief).map(
      (step, index) => `    steps.append("${index + 1}. ${step.replaceAll(/["\\]/g, '’')}")`,
    ),
    '    return steps',
  ];
}

function steps(brief: TaskBrief): readonly string[] {
  const wanted = brief.prompt.requirements.length === 0 ? [brief.title] : brief.prompt.requirements;
  return wanted.map((step) => step.replaceAll(/\s+/g, ' '));
}

function commentSafe(text: string): string {
  return text.replaceAll('*/', '* /').replaceAll('"""', '”');
}
