import { joinedTurns, type JoinedTurn } from '../tools/tool-history.ts';

/** How Baton asks for the rest of an answer that was cut off. */
const GO_ON = /^Your answer was cut off\b/;
/** What comes before an answer that leans on a web search. */
const CITED = /^A simulated page was (?:found|read) at \S+\n\n/gm;

export function asksToGoOn(text: string): boolean {
  return GO_ON.test(text.trimStart());
}

/** What is left to say of a text of which the latest turns have said the beginning; all of it when they have not. */
export function restOf(text: string, messages: unknown): string {
  const said = saidBefore(joinedTurns(messages)).replaceAll(CITED, '');
  return text.startsWith(said) ? text.slice(said.length) : text;
}

function saidBefore(turns: readonly JoinedTurn[]): string {
  const parts: string[] = [];
  for (let at = turns.length - 1; at > 0; at -= 2) {
    const [before, asked] = [turns[at - 1], turns[at]];
    if (before?.role !== 'assistant' || asked === undefined || !asksToGoOn(textOf(asked))) break;
    parts.unshift(textOf(before));
  }
  return parts.join('');
}

function textOf(turn: JoinedTurn): string {
  return turn.blocks
    .map((block) => (block['type'] === 'text' && typeof block['text'] === 'string' ? block['text'] : ''))
    .join('');
}
