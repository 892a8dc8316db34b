import type { GoalFacts } from '../goal/goal-facts.ts';
import { subjectMatter } from '../goal/subject-matter.ts';
import { capitalise, listed, shorten } from '../goal/wording.ts';
import { isJsonObject } from '../json.ts';

interface Offer {
  readonly name: string;
  /** "what it promises" when nothing is told of it. */
  readonly features: readonly string[];
  readonly audience: string;
}

type Voice = (offer: Offer) => string[];

const VOICES: Readonly<Record<string, Voice>> = {
  formal: ({ name, features, audience }) => [
    `**${capitalise(name)}: made to a standard.**`,
    '',
    `We present ${name}, designed for ${audience}. It offers ${listed(features)}, and each of these can be verified before you decide.`,
    '',
    'Request the full specification.',
  ],
  conversational: ({ name, features, audience }) => [
    `**Meet ${name}.**`,
    '',
    `You know what you need, and it isn't more stuff. It's ${features[0] ?? 'one thing that works'}. That's why there is ${name}: for ${audience}, with ${listed(features)}. Nothing else to think about.`,
    '',
    'Try it for a week, then tell us.',
  ],
  technical: ({ name, features, audience }) => [
    `**${capitalise(name)}: what it does, and how.**`,
    '',
    ...features.map(
      (feature, index) => `${index + 1}. ${capitalise(feature)}: state the figure and how it was measured.`,
    ),
    '',
    `Built for ${audience}. Compare the data sheet.`,
  ],
  'story-led': ({ name, features, audience }) => [
    '**It began on an ordinary morning.**',
    '',
    `Somebody among ${audience} ran out of patience with the usual answer, and found ${name}. What stayed was ${listed(features)}. What went was the bother.`,
    '',
    'Begin yours.',
  ],
  bold: ({ name, features }) => [
    `**${capitalise(name)}. Or keep settling.**`,
    '',
    `${capitalise(features[0] ?? 'it works')}. No small print. Hold it against whatever you use today: ${listed(features)}.`,
    '',
    'Take it now.',
  ],
};
const MOST_FEATURES = 5;

/** A short text in one manner, with nothing in it that the goal and its context do not say. */
export function variantCopy(manner: string, facts: GoalFacts, context: string): string[] {
  const offer = offerIn(facts, context);
  const name = manner.trim().toLowerCase();
  const voice = Object.hasOwn(VOICES, name) ? VOICES[name] : undefined;
  if (voice !== undefined) return voice(offer);
  return [
    `**${capitalise(offer.name)}, in a ${name} voice.**`,
    '',
    `For ${offer.audience}: ${listed(offer.features)}, told so that every sentence is ${name}.`,
    '',
    'See for yourself.',
  ];
}

function offerIn(facts: GoalFacts, context: string): Offer {
  const told = parsed(context);
  const list: unknown = Object.values(told).find((value) => Array.isArray(value));
  const features = (Array.isArray(list) ? list : [])
    .filter((feature) => typeof feature === 'string')
    .slice(0, MOST_FEATURES);
  const audience = Object.entries(told).find(([key]) => /audience|readers|customers/i.test(key))?.[1];
  return {
    name: shorten(subjectMatter(facts.topic), 60),
    features: features.length === 0 ? ['what it promises', 'proof of it'] : features,
    audience: typeof audience === 'string' ? shorten(audience, 80) : 'the people it was made for',
  };
}

function parsed(context: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(context);
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}
