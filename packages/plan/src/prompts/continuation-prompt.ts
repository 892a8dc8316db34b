/** Changes whenever the wording does, so that answers can be traced to the prompt that asked for them. */
export const PROMPT_VERSION = 'continuation-1';

/** Asks for the rest of a text that ended where its tokens ran out; the text so far is the turn before. */
export const continuationPrompt =
  'Your answer was cut off where its tokens ran out. Go on exactly where it ended, in the middle of a word if need be: repeat nothing of it, say nothing of the break, and end as you would have ended.';
