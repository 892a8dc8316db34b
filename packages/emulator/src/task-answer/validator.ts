import { budgetAddsUp } from '../answer/budget-table.ts';
import { keywords, keywordShare } from '../goal/wording.ts';
import { material, quotes, section, type TaskBrief } from './task-brief.ts';

interface Check {
  readonly requirement: string;
  readonly passed: boolean;
  readonly reason: string;
}

const ADDRESSED = 0.34;

export function validatorAnswer(brief: TaskBrief): string[] {
  const checks = [...requirementChecks(brief), ...inputChecks(brief), ...budgetChecks(brief)];
  const passed = checks.filter((check) => check.passed).length;
  return [
    `${passed} of ${checks.length} checks pass.`,
    ...section(
      'Checklist',
      checks.map(
        (check) =>
          `- [${check.passed ? 'x' : ' '}] ${check.passed ? 'PASS' : 'FAIL'} **${check.requirement}**: ${check.reason}.`,
      ),
    ),
    ...section('Checked', quotes(brief)),
  ];
}

function requirementChecks(brief: TaskBrief): Check[] {
  const checked = material(brief, brief.prompt.goal, brief.prompt.context);
  return brief.prompt.requirements.map((requirement) => {
    const days = /\b(?<days>\d+) days\b/i.exec(requirement)?.groups?.['days'];
    if (days !== undefined) return dayCheck(requirement, Number(days), brief);
    if (/^(?:no|nothing)\b/i.test(requirement)) {
      const isComplete = brief.inputs.every((input) => input.status === 'succeeded');
      return { requirement, passed: isComplete, reason: 'judged by whether every input is complete' };
    }
    const share = keywordShare(keywords(requirement), checked);
    const reason = share >= ADDRESSED ? 'the inputs treat it' : 'the inputs do not mention it';
    return { requirement, passed: share >= ADDRESSED, reason };
  });
}

function dayCheck(requirement: string, days: number, brief: TaskBrief): Check {
  const headings = brief.inputs.flatMap((input) => input.digest.sections.map((part) => part.heading));
  const planned = new Set(headings.flatMap((heading) => /^Day \d+\b/.exec(heading)?.[0] ?? []));
  const reason = `${planned.size} of ${days} days have a section`;
  return { requirement, passed: planned.size === days, reason };
}

function inputChecks(brief: TaskBrief): Check[] {
  return brief.inputs.map((input) => ({
    requirement: `[${input.task}] is complete`,
    passed: input.status === 'succeeded' && input.output !== '',
    reason: input.output === '' ? 'it is empty' : `it ended as ${input.status}`,
  }));
}

function budgetChecks(brief: TaskBrief): Check[] {
  return brief.inputs.flatMap((input) => {
    const addsUp = budgetAddsUp(input.output);
    if (addsUp === null) return [];
    const reason = addsUp
      ? 'its rows were added up and match the total'
      : 'its rows do not add up to the total';
    return [{ requirement: `The budget of [${input.task}] adds up`, passed: addsUp, reason }];
  });
}
