import type { PlannerReply } from '@baton/plan/plan';

/** A planner's reply in XML, as an endpoint without structured outputs is asked for it. */
export function plannerXml({ mode, analysis, answer, tasks }: PlannerReply): string {
  if (mode === 'direct') return [xml('analysis', analysis), xml('answer', answer ?? '')].join('\n');
  return [xml('analysis', analysis), '<tasks>', ...tasks.map(taskXml), '</tasks>'].join('\n');
}

function taskXml(task: PlannerReply['tasks'][number]): string {
  const optional = [
    ['why', task.why],
    ['focus', task.focus],
    ['for_each', task.forEach],
  ] as const;
  const lines = [
    xml('id', task.id),
    // A type of one's own choosing is a custom task.
    xml('type', task.approach ?? task.worker),
    xml('description', task.description),
    '<requirements>',
    ...task.requirements.map((requirement) => `  ${xml('requirement', requirement)}`),
    '</requirements>',
    xml('dependencies', task.dependencies.join(', ')),
    xml('priority', task.priority),
    xml('complexity', task.complexity),
    ...optional.flatMap(([name, text]) => (text ? [xml(name, text)] : [])),
  ];
  return ['  <task>', ...lines.map((line) => `    ${line}`), '  </task>'].join('\n');
}

export function xml(name: string, text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return `<${name}>${escaped}</${name}>`;
}
