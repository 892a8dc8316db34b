export type GoalKind = 'travel' | 'comparison' | 'build' | 'copy' | 'review' | 'report' | 'generic';

/** Kinds in order of preference when a goal fits several equally well, with words that speak for them. */
const SIGNS: ReadonlyArray<readonly [GoalKind, ReadonlyArray<readonly [RegExp, number]>]> = [
  [
    'travel',
    [
      [
        /\b(?:trip|itinerary|travel(?:l?ing)?|vacation|holidays?|honeymoon|road ?trip|city break|getaway)\b/i,
        3,
      ],
      [/\b(?:visit|flights?|hotels?|sightseeing|tour of|(?:days?|nights?|weeks?|weekend|month) in)\b/i, 2],
    ],
  ],
  [
    'comparison',
    [
      [/\b(?:compare|comparing|comparison|versus|vs\.?|pros and cons|trade-?offs?)(?![\w-])/i, 4],
      [/\b(?:choose|choosing|choice) between\b|\bdecide (?:between|whether)\b|\bbetter\b/i, 3],
      [/\b(?:best|alternatives?|options?|which)\b/i, 1],
    ],
  ],
  [
    'build',
    [
      [
        /\b(?:implement|refactor|debug|code|program|script|cli|sdk|endpoint|rest api|unit tests?|typescript|javascript|python|rust|golang|sql)\b/i,
        3,
      ],
      [
        /\b(?:build|develop|app|application|api|function|library|website|service|database|bug|migrat\w*|deploy\w*)\b/i,
        2,
      ],
    ],
  ],
  [
    'copy',
    [
      [
        /\b(?:marketing|campaign|landing page|slogans?|taglines?|newsletter|press release|social media|advert\w*|ads?|copywriting)\b/i,
        3,
      ],
      [
        /\b(?:copy|blog post|announcement|launch|emails?|product description|brand|pitch|tweets?|posts?)\b/i,
        2,
      ],
    ],
  ],
  [
    'review',
    [
      [
        /\b(?:review|audit|critique|proofread|feedback on|check (?:this|the|my|our)|assess(?:ment)?|red-?team)\b/i,
        3,
      ],
      [
        /\b(?:this (?:document|contract|text|code|proposal|draft)|contract|policy|summari[sz]e|evaluate)\b/i,
        2,
      ],
    ],
  ],
  [
    'report',
    [
      [
        /\b(?:report|research|study|investigate|overview|white ?paper|briefing|survey|state of|market analysis)\b/i,
        3,
      ],
      [/\b(?:market|trends?|history|impact|analy[sz](?:e|is)|explain|risks?|essay|article|summary)\b/i, 1],
    ],
  ],
];
const RECIPE_BONUS = 3;

/** Classifies a goal by its words; the name of the recipe counts as a sign of its own. */
export function classifyGoal(goal: string, recipeName: string): GoalKind {
  const recipeWords = recipeName.replaceAll(/[-_]/g, ' ');
  let best: { kind: GoalKind; score: number } = { kind: 'generic', score: 0 };
  for (const [kind, signs] of SIGNS) {
    const inGoal = signs
      .filter(([pattern]) => pattern.test(goal))
      .reduce((sum, [, weight]) => sum + weight, 0);
    const inRecipe = signs.some(([pattern]) => pattern.test(recipeWords)) ? RECIPE_BONUS : 0;
    if (inGoal + inRecipe > best.score) best = { kind, score: inGoal + inRecipe };
  }
  return best.kind;
}
