/** How long texts are made to fit where a model can't take all of them. */

export interface RankedText {
  readonly text: string;
  /** Of two texts that must both give way, one that ranks 1 higher keeps twice as much. */
  readonly rank: number;
}

export interface FittedText {
  /** With a remark in its middle where something was left out; empty where not even that fits. */
  readonly text: string;
  /** Characters of the text that are left. */
  readonly kept: number;
  /** Characters that it had. */
  readonly of: number;
}

/** Of what is kept of a text, the share that its beginning has; its end has the rest. */
const HEAD = 2 / 3;

/** In the order given, at most `budgetCharacters` together, remarks included. Texts are whole while they all fit. */
export function fitTexts(texts: readonly RankedText[], budgetCharacters: number): FittedText[] {
  const shares = sharesOf(texts, Math.max(0, Math.floor(budgetCharacters)));
  return texts.map(({ text }, index) => cut(text, shares[index] ?? 0));
}

/** The same within tokens, as {@link tokensIn} estimates them. */
export function fitToTokens(texts: readonly RankedText[], tokens: number): FittedText[] {
  const most = Math.max(0, tokens);
  let budget = texts.reduce((sum, { text }) => sum + text.length, 0);
  for (;;) {
    const fitted = fitTexts(texts, budget);
    const needed = fitted.reduce((sum, { text }) => sum + tokensIn(text), 0);
    if (needed <= most) return fitted;
    budget = Math.min(budget - 1, Math.floor((budget * most * 0.98) / needed));
  }
}

/** A cautious estimate of what a text takes in a prompt, where "<", ">" and "&" are written out. */
export function tokensIn(text: string): number {
  let thirds = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === LESS || code === GREATER) thirds += 4;
    else if (code === AMPERSAND) thirds += 5;
    else thirds += code < FIRST_AFTER_LATIN ? 1 : 3;
  }
  return Math.ceil(thirds / 3);
}

const AMPERSAND = '&'.charCodeAt(0);
const LESS = '<'.charCodeAt(0);
const GREATER = '>'.charCodeAt(0);
/** Other scripts take up to a token for each character. */
const FIRST_AFTER_LATIN = 0x250;

/** What each text may keep: all of it when that is no more than its part of what is left, by rank. */
function sharesOf(texts: readonly RankedText[], budget: number): number[] {
  const shares = texts.map(() => 0);
  let open = texts.map((_, index) => index);
  let left = budget;
  while (open.length > 0) {
    const top = Math.max(...open.map((index) => rankOf(texts, index)));
    const weights = new Map(open.map((index) => [index, 2 ** (rankOf(texts, index) - top)]));
    const sum = [...weights.values()].reduce((total, weight) => total + weight, 0);
    const part = (index: number): number => Math.floor((left * (weights.get(index) ?? 0)) / sum);
    const whole = open.filter((index) => lengthOf(texts, index) <= part(index));
    if (whole.length === 0) {
      for (const index of open) shares[index] = part(index);
      return shares;
    }
    for (const index of whole) shares[index] = lengthOf(texts, index);
    left -= whole.reduce((total, index) => total + lengthOf(texts, index), 0);
    open = open.filter((index) => !whole.includes(index));
  }
  return shares;
}

function rankOf(texts: readonly RankedText[], index: number): number {
  return texts[index]?.rank ?? 0;
}

function lengthOf(texts: readonly RankedText[], index: number): number {
  return texts[index]?.text.length ?? 0;
}

function cut(text: string, most: number): FittedText {
  const of = text.length;
  if (of <= most) return { text, kept: of, of };
  const room = most - remark(of).length;
  if (room < 0) return { text: '', kept: 0, of };
  const head = wholeHead(text, Math.ceil(room * HEAD));
  const tail = wholeTail(text, room - Math.ceil(room * HEAD));
  const kept = head.length + tail.length;
  return { text: head + remark(of - kept) + tail, kept, of };
}

function remark(characters: number): string {
  return `\n[… ${characters} characters left out …]\n`;
}

/** Neither cuts a surrogate pair in half. */
function wholeHead(text: string, length: number): string {
  return text.slice(0, isInsidePair(text, length) ? length - 1 : length);
}

function wholeTail(text: string, length: number): string {
  const start = text.length - length;
  return text.slice(isInsidePair(text, start) ? start + 1 : start);
}

function isInsidePair(text: string, index: number): boolean {
  return /^[\uD800-\uDBFF][\uDC00-\uDFFF]$/.test(text.slice(index - 1, index + 1));
}
