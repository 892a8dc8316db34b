import { saysOtherwise, sentenceBefore } from './sentence.ts';

/** A task that a text names as its material, such as in: the results of "market". */
export interface TaskReference {
  readonly phrase: string;
  readonly id: string;
}

const ID = '[A-Za-z][A-Za-z0-9_-]{0,63}';
const QUOTED = `["'“‘\`[](?<quoted>${ID})["'”’\`\\]]`;
const RESULT = '(?:results?|outputs?|findings|outcomes?|data|list|draft|report|analysis|summary|text)';
const BASIS = '(?:based (?:up)?on|build(?:ing|s)? (?:up)?on|draw(?:ing|s)? (?:up)?on|using|uses?)';

/** After what is built on: in `using "market" as a verb` it is a word. */
const END = `(?=\\s*(?:$|[.;:,!?)\\n]|(?:and|or|into|to|then|for|in|task|step|${RESULT}|as (?:the |its )?(?:input|basis|material|source|data))\\b))`;

/** Ids that are quoted or called a task's: a bare word might be any word. */
const references = new RegExp(
  [
    `\\b${RESULT} (?:of|from|by) (?:the )?(?:(?:task|step) )?${QUOTED}`,
    `\\b${RESULT} (?:of|from|by) (?:the )?(?:task|step) (?<called>${ID})\\b`,
    `\\b${BASIS} (?:the )?(?:task |step )?${QUOTED.replace('quoted', 'basis')}${END}`,
    `\\b${BASIS} (?:the )?(?:task|step) (?<named>${ID})\\b`,
  ].join('|'),
  'gi',
);
const MOST_REFERENCES = 50;
/** Every reference has one of them, and few texts do. */
const SIGN = /\b(?:task|step) |["'“‘`[][A-Za-z]/i;

/** The tasks that a text names as its material; the ids are the text's, whether or not a task has them. */
export function taskReferences(text: string): TaskReference[] {
  const found: TaskReference[] = [];
  if (!SIGN.test(text)) return found;
  for (const match of text.matchAll(references)) {
    if (found.length >= MOST_REFERENCES) break;
    const sentence = sentenceBefore(text, match.index);
    const { quoted, called, basis, named } = match.groups ?? {};
    const id = quoted ?? called ?? basis ?? named;
    if (id !== undefined && !saysOtherwise(sentence)) found.push({ phrase: match[0], id });
  }
  return found;
}
