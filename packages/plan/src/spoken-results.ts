/**
 * Phrases that speak of what another task yields, such as "based on the findings". English only, and only where little
 * doubt is left. What a task gathers itself before it speaks of it is its own; so is what it says not to use, or to be
 * given; and "the findings of the survey of 2020" are something in the world.
 */
import { saysOtherwise, sentenceBefore } from './sentence.ts';

export interface SpokenResult {
  /** As it stands in the text. */
  readonly phrase: string;
  /** What the id or the description of a task looks like that may have yielded it. */
  readonly source: RegExp;
}

interface Kind {
  readonly noun: string;
  /** The goal's own material has such a thing: it may be what is meant. */
  readonly material: RegExp;
  readonly source: RegExp;
  /** Verbs that make such a thing a task's own. */
  readonly own: string;
  /** What may stand before it: a verb whose object it is, a word such as "based on", or a mere "of". */
  readonly after: readonly ('verb' | 'basis' | 'of')[];
}

const RESEARCH =
  'research|investigate|find|collect|gather|survey|look up|identify|explore|search|interview|study';
const GATHER = `${RESEARCH}|test|examine|inspect|measure|calculate|compute|run|simulate|estimate|count|benchmark|query|determine|list|rank|score|analy[sz]e|compare|evaluate|assess|review|check|verify|validate|read|audit|scan|solve`;
const WRITE = 'write|draft|compose|prepare|create|produce';
/** Verbs that yield nothing new. A text that begins with neither these nor the others is not judged. */
const MAKE =
  'summari[sz]e|describe|write up|rewrite|translate|synthesi[sz]e|combine|merge|consolidate|integrate|compile|aggregate|interpret|present|condense|distill?|organi[sz]e|structure|discuss|explain|report|use|turn|take|proofread|edit|polish|revise|refine|improve|critique|draw|join';
const OTHER_STARTS =
  'recommend|conclude|propose|formulate|give|make|develop|base|design|plan|outline|choose|select|decide|suggest|advise|answer|deliver|build|generate|provide|finali[sz]e|based|using|drawing|building|from|in light|according|on the basis';
const VERB = `(?:${MAKE}|${GATHER})`;
const BASIS =
  '(?:base (?:it|this|them) on|based (?:up)?on|on the basis of|build(?:ing)? (?:up)?on|draw(?:ing)? (?:up)?on|using|use|from|in light of|according to|informed by|incorporating|reflecting)';
const BEFORE = {
  verb: `(?:^|[.;:!?\\n] *)(?:please )?(?:${VERB}(?:, and |, | and | or | then )){0,3}${VERB}`,
  basis: `\\b${BASIS}`,
  of: '\\b(?:of|on|with|about)',
} as const;
const WHICH = '(?:(?:key|main|combined|collected|individual|above|previous|earlier|prior) ){0,2}';
const END = '(?=\\s*(?:$|[.;:,!?)\\n]|(?:and|or|into|as|to|in an?|then|so)\\b))';

const researched = new RegExp(`\\b(?:${RESEARCH}|investigat|studies)`, 'i');
const yielding = new RegExp(
  `${researched.source}|\\b(?:analy|compar|evaluat|assess|review|test|calculat)`,
  'i',
);
const anything = /(?:)/;

const kinds: readonly Kind[] = [
  {
    noun: 'findings',
    material: /\bfindings?\b/i,
    source: yielding,
    own: GATHER,
    after: ['verb', 'basis', 'of'],
  },
  { noun: 'results', material: /\bresults?\b/i, source: yielding, own: GATHER, after: ['verb', 'basis'] },
  { noun: 'outputs', material: /\boutputs?\b/i, source: anything, own: GATHER, after: ['verb', 'basis'] },
  {
    noun: '(?:research|analysis) (?:findings|results|outputs?|notes)',
    material: /\b(?:findings?|results?|outputs?|notes)\b/i,
    source: yielding,
    own: RESEARCH,
    after: ['verb', 'basis', 'of'],
  },
  {
    noun: 'gathered (?:information|material|facts)',
    material: /\bgathered\b/i,
    source: researched,
    own: RESEARCH,
    after: ['verb', 'basis', 'of'],
  },
  {
    noun: 'research',
    material: /\b(?:the|our|my|this|following|attached|existing) (?:\w+ )?research\b/i,
    source: researched,
    own: RESEARCH,
    after: ['basis'],
  },
  {
    noun: 'analysis',
    material: /\banalys[ei]s\b/i,
    source: /\b(?:analy|evaluat|assess|compar)/i,
    own: GATHER,
    after: ['basis'],
  },
  {
    noun: 'draft',
    material: /\bdrafts?\b/i,
    source: new RegExp(`(?:^|[.] )(?:${WRITE})\\b|draft`, 'i'),
    own: WRITE,
    after: ['verb', 'basis'],
  },
];

function phrases({ noun, after }: Kind, isRequirement: boolean): RegExp {
  const places = isRequirement ? after.filter((place) => place === 'basis') : after;
  const before = places.map((place) => BEFORE[place]).join('|');
  return new RegExp(
    `(?<before>${before}) (?<phrase>(?:all (?:of )?)?(?:the |these |those |all )${WHICH}${noun})${END}`,
    'gi',
  );
}

/** `noun` is quick to look for, and few texts hold it. */
function searches(kind: Kind, isRequirement: boolean) {
  return { kind, noun: new RegExp(kind.noun, 'i'), pattern: phrases(kind, isRequirement) };
}

const inDescriptions = kinds.map((kind) => searches(kind, false));
const inRequirements = kinds
  .filter(({ after }) => after.includes('basis'))
  .map((kind) => searches(kind, true));

const RESULT = '(?:results?|outputs?|findings|outcomes?|work)';
const OTHERS = '(?:the |all |all the |each of the )?(?:previous|earlier|prior|preceding|other|upstream)';
const TASKS = '(?:tasks?|subtasks?|steps?|workers?)';
const ofOthers = new RegExp(
  [
    `\\b${RESULT} (?:of|from|by|produced by) ${OTHERS} ${TASKS}\\b`,
    `\\b${BASIS} (?:the ${RESULT} (?:of|from) )?${OTHERS} ${TASKS}\\b`,
    `\\b${OTHERS} ${TASKS}['’]?s?['’]? ${RESULT}\\b`,
    `^(?:[^.;:,\\n]{0,200}\\b${BASIS}|(?:please )?${VERB}(?: and ${VERB})?) the above(?: ${RESULT}| research| analysis)?(?=\\s*(?:$|[.;:,!?\\n]))`,
  ].join('|'),
  'gi',
);
const othersOrAbove = /previous|earlier|prior|preceding|other|upstream|above/i;
const speaksOfTasks = /\b(?:tasks?|subtasks?|steps?|workers?)\b/i;

/** Goes on to say that it is not used. */
const UNUSED = /^ (?:is|are) (?:not|never)\b/i;
const GIVEN =
  /\b(?:given|provided|supplied|attached|existing|published|enclosed|uploaded|below|in the (?:context|goal|material)|from the (?:context|goal|material))\b/i;
/** Phrases that are looked at in one text: enough for any that a planner writes. */
const MOST_PHRASES = 8;

/** What a task that depends on nothing speaks of as another's, though its goal's material has no such thing; null: nothing. */
export function spokenResult(
  { description, requirements }: { readonly description: string; readonly requirements: readonly string[] },
  material: string,
): SpokenResult | null {
  for (const text of [description, ...requirements]) {
    const found = othersOrAbove.test(text) ? firstUnexempt(text, ofOthers) : null;
    if (found !== null && !speaksOfTasks.test(material)) return { phrase: found.phrase, source: anything };
  }
  for (const { kind, noun, pattern } of inDescriptions) {
    if (!noun.test(description) || kind.material.test(material)) continue;
    const found = firstUnexempt(description, pattern, (before) => isOwn(before, kind));
    if (found !== null) return { phrase: found.phrase, source: kind.source };
  }
  for (const { kind, noun, pattern } of inRequirements) {
    const spoken = requirements.filter((requirement) => noun.test(requirement));
    if (spoken.length === 0 || kind.material.test(material) || isOwn(`${description}\n`, kind)) continue;
    for (const requirement of spoken) {
      const found = firstUnexempt(requirement, pattern);
      if (found !== null) return { phrase: found.phrase, source: kind.source };
    }
  }
  return null;
}

function firstUnexempt(
  text: string,
  pattern: RegExp,
  isExempt: (before: string) => boolean = () => false,
): { readonly phrase: string } | null {
  let seen = 0;
  for (const match of text.matchAll(pattern)) {
    if ((seen += 1) > MOST_PHRASES) return null;
    const lead = /^(?:[.;:!?\n] *)?/.exec(match[0])?.[0].length ?? 0;
    const before = text.slice(0, match.index + lead);
    const sentence = `${sentenceBefore(text, match.index + lead)}${match[0].slice(lead)}`;
    const rest = /^[^.;!?\n]{0,200}/.exec(text.slice(match.index + match[0].length))?.[0] ?? '';
    if (saysOtherwise(sentence) || UNUSED.test(rest) || GIVEN.test(sentence + rest) || isExempt(before))
      continue;
    return { phrase: match.groups?.['phrase'] ?? match[0].slice(lead) };
  }
  return null;
}

const STARTS = new RegExp(
  `^(?:please |then |finally |next |first )?(?:${MAKE}|${GATHER}|${WRITE}|${OTHER_STARTS})\\b`,
  'i',
);
const ownVerbs = new Map(
  kinds.map(({ own }) => [own, new RegExp(`^(?:please |then |to |first )?(?:${own})\\b`, 'i')]),
);

/** Whether the text before has yielded the thing itself, or begins in a way that says nothing of it. */
function isOwn(before: string, { own }: Kind): boolean {
  const sentences = before.split(/[.;:!?\n]+\s*/).map((sentence) => sentence.trim());
  if (sentences.some((sentence) => sentence !== '' && !STARTS.test(sentence))) return true;
  const clauses = before.split(/[.;:!?\n,]\s*|\b(?:and|then|or)\b|\b(?=to )/i).map((clause) => clause.trim());
  return clauses.slice(0, -1).some((clause) => ownVerbs.get(own)?.test(clause) === true);
}
