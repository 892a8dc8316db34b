const ENDS = ['.', ';', '!', '?', '\n'];
/** A sentence longer than this is looked at from here on, so that time stays linear. */
const MOST_CHARACTERS = 300;
const OTHERWISE =
  /\b(?:not|never|without|avoid|instead of|rather than|independent(?:ly)? (?:of|from)|regardless of|leave|left|excluding|except|each|every|how|whether)\b|n['’]t\b/i;

/** What stands in the sentence before this place of the text. */
export function sentenceBefore(text: string, index: number): string {
  const before = text.slice(Math.max(0, index - MOST_CHARACTERS), index);
  return before.slice(Math.max(...ENDS.map((end) => before.lastIndexOf(end))) + 1);
}

/** Whether a sentence says what is not to be done, what every one of several does, or how somebody else is to do it. */
export function saysOtherwise(sentence: string): boolean {
  return OTHERWISE.test(sentence);
}
