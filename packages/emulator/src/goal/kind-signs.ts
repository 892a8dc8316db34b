export type GoalKind =
  | 'travel'
  | 'comparison'
  | 'code-review'
  | 'technical'
  | 'document'
  | 'market'
  | 'content'
  | 'build'
  | 'copy'
  | 'review'
  | 'report'
  | 'generic';

/** Recipes that stand for a kind, whatever the goal's words are. */
export const RECIPE_KINDS = new Map<string, GoalKind>([
  ['travel-planning', 'travel'],
  ['code-review', 'code-review'],
  ['technical-analysis', 'technical'],
  ['document-analysis', 'document'],
  ['market-research', 'market'],
  ['content-creation', 'content'],
  ['marketing-copy', 'copy'],
]);

/** Kinds in order of preference when a goal fits several equally well, with words that speak for them. */
export const SIGNS: ReadonlyArray<readonly [GoalKind, ReadonlyArray<readonly [RegExp, number]>]> = [
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
    'code-review',
    [
      [
        /\bcode[- ]review\b|\breview(?:ing)? (?:of )?(?:(?:this|the|my|our|following|attached) ){0,2}(?:[\w-]+ ){0,2}(?:code|pull request|diff|patch|function|class|module|script)\b/i,
        8,
      ],
      [/\banaly[sz]e (?:this|the|my|our) (?:[\w-]+ ){0,2}(?:code|codebase|repository)\b/i, 8],
    ],
  ],
  [
    'technical',
    [
      [/\btechnical (?:analysis|assessment|evaluation|feasibility|due diligence)\b/i, 8],
      [/\b(?:architecture|system|performance|scalability) (?:analysis|assessment|evaluation|review)\b/i, 6],
      [
        /\b(?:analy[sz]e|assess|evaluate|investigate)\b.{0,80}\b(?:architecture|micro-?services?|monolith|latency|throughput|scalab\w+|bottlenecks?|infrastructure|tech(?:nology)? stack)\b/i,
        8,
      ],
    ],
  ],
  [
    'document',
    [
      [
        /^\W*(?:please )?(?:analy[sz]e|summari[sz]e|extract|examine|digest|go through|break down|read)\b.{0,60}\b(?:this|attached|following|enclosed|given|our|my|below)(?: [\w-]+){0,3} (?:contract|agreement|lease|terms|nda|report|article|paper|document|minutes|policy|statement|filing)\b/i,
        8,
      ],
      [/\b(?:document|contract) analysis\b/i, 6],
    ],
  ],
  [
    'market',
    [
      [
        /\bmarket (?:research|analysis|size|sizing|study|entry|overview|potential)\b|\bcompetit(?:or|ive) (?:analysis|landscape|research)\b|\bgo-to-market\b/i,
        5,
      ],
      [/\bcompetitors?\b/i, 2],
    ],
  ],
  [
    'content',
    [
      [/\bcontent (?:creation|piece|plan|calendar|series)\b|\bblog (?:post|article|series)\b/i, 4],
      [/\b(?:write|create|draft|produce)\b.{0,40}\b(?:article|tutorial|how-to(?: guide)?|essay|guide)\b/i, 4],
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
