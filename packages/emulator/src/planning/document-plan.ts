import type { GoalFacts } from '../goal/goal-facts.ts';
import { draft, idsFor, suits, type DraftTask } from './draft-task.ts';

interface Reading {
  readonly noun: string;
  /** What is drawn from the document, by whom. */
  readonly lenses: ReadonlyArray<readonly [string, keyof typeof suits]>;
  /** The one reader whom documents of this kind call for besides. */
  readonly approach: string;
}

const READINGS: ReadonlyArray<readonly [RegExp, Reading]> = [
  [
    /\b(?:contract|agreement|lease|terms|nda|licen[cs]e|policy)\b/i,
    {
      noun: 'contract',
      lenses: [
        ['parties, dates and sums', 'research'],
        ['duties and rights', 'analysis'],
        ['risks', 'review'],
      ],
      approach: 'contract lawyer',
    },
  ],
  [
    /\b(?:article|essay|paper|post)\b/i,
    {
      noun: 'article',
      lenses: [
        ['argument', 'analysis'],
        ['evidence', 'research'],
        ['style and audience', 'review'],
      ],
      approach: 'fact checker',
    },
  ],
  [
    /\b(?:report|statement|filing|minutes)\b/i,
    {
      noun: 'report',
      lenses: [
        ['findings', 'research'],
        ['figures', 'analysis'],
        ['gaps', 'review'],
      ],
      approach: 'auditor',
    },
  ],
];
const ANY_DOCUMENT: Reading = {
  noun: 'document',
  lenses: [
    ['structure', 'analysis'],
    ['key points', 'research'],
    ['open questions', 'review'],
  ],
  approach: 'reader from outside',
};

/** The usual readings of a document side by side, and one by the reader whom this kind of document calls for. */
export function documentPlan(facts: GoalFacts): DraftTask[] {
  const { noun, lenses, approach } = READINGS.find(([sign]) => sign.test(facts.goal))?.[1] ?? ANY_DOCUMENT;
  const wanted =
    facts.subjects.length < 2 ? lenses : facts.subjects.map((name) => [name, 'analysis'] as const);
  const ids = idsFor(
    'read',
    wanted.map(([name]) => name),
  );
  const readings = wanted.map(([name, suited], index) =>
    draft({
      id: ids[index] ?? name,
      stage: 'gather',
      suits: suits[suited],
      description: `Read the ${noun} for its ${name}: ${facts.topic}.`,
      requirements: ['Quote the passage that each point rests on', `Say what the ${noun} leaves open`],
      priority: 'high',
    }),
  );
  return [
    ...readings,
    draft({
      id: 'expert-reading',
      stage: 'gather',
      suits: suits.judgement,
      approach,
      description: `Read the ${noun} as a ${approach} would: ${facts.topic}.`,
      requirements: ['What stands out to this reader', 'What others easily overlook'],
      complexity: 'high',
    }),
    draft({
      id: 'merged',
      stage: 'combine',
      suits: suits.merging,
      description: `Merge the readings of the ${noun} into one account.`,
      requirements: ['No point twice', 'Name where the readings differ'],
      dependencies: [...ids, 'expert-reading'],
      priority: 'high',
    }),
    draft({
      id: 'summary',
      stage: 'produce',
      suits: suits.writing,
      description: `Write the summary of the ${noun} for somebody who has to decide on it.`,
      requirements: ['What it says in five sentences', 'What to do next, the most urgent first'],
      dependencies: ['merged'],
      priority: 'high',
    }),
    draft({
      id: 'check',
      stage: 'check',
      suits: suits.validation,
      description: `Check the summary of the ${noun} against the merged readings.`,
      requirements: ['Every statement has a passage behind it', 'Nothing urgent is missing'],
      dependencies: ['merged', 'summary'],
      complexity: 'low',
    }),
  ];
}
