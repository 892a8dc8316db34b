import type { GoalFacts } from '../goal/goal-facts.ts';
import { subjectMatter } from '../goal/subject-matter.ts';
import { draft, idsFor, suits, type DraftTask } from './draft-task.ts';

const DEFAULT_ASPECTS = ['background', 'present state', 'outlook'];
const DEFAULT_APPROACHES = ['historian', 'practitioner', 'forecaster'];

export function reportPlan(facts: GoalFacts): DraftTask[] {
  const topic = subjectMatter(facts.topic);
  const aspects = facts.subjects.length === 0 ? DEFAULT_ASPECTS : facts.subjects;
  const ids = idsFor('research', aspects);
  const gathering = aspects.map((aspect, index) =>
    draft({
      id: ids[index] ?? aspect,
      stage: 'gather',
      suits: suits.research,
      approach: facts.subjects.length === 0 ? (DEFAULT_APPROACHES[index] ?? aspect) : `expert on ${aspect}`,
      description: `Research ${facts.subjects.length === 0 ? `the ${aspect} of ${topic}` : `${aspect} for ${topic}`}.`,
      requirements: ['Findings with their confidence', 'What is disputed or unknown'],
      priority: 'high',
    }),
  );
  return [
    ...gathering,
    draft({
      id: 'analysis',
      stage: 'combine',
      suits: suits.analysis,
      description: `Work out what the findings on ${topic} mean together.`,
      requirements: ['The three points that matter most', 'Where the findings contradict each other'],
      dependencies: gathering.map((task) => task.id),
      priority: 'high',
      complexity: 'high',
    }),
    draft({
      id: 'report',
      stage: 'produce',
      suits: suits.writing,
      description: `Write the report on ${topic}.`,
      requirements: ['Begin with a summary', 'One section per theme', 'End with open questions'],
      dependencies: ['analysis'],
      priority: 'high',
    }),
    draft({
      id: 'review',
      stage: 'check',
      suits: suits.review,
      description: `Review the report on ${topic} against the analysis it rests on.`,
      requirements: ['Every claim rests on a finding', 'The summary says what the report says'],
      dependencies: ['analysis', 'report'],
      complexity: 'low',
    }),
  ];
}
