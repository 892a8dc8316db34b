import { cut } from './wording.ts';

/** What announces a list. After the weak ones, two items may be anything ("for men and women"): three are a list. */
const LIST_START =
  /\b(?:(?<weak>for|with|in)|compare|comparing|comparison (?:of|between)|choose between|choosing between|decide between|choice between|differences? between|between|covering|cover|including|include|(?:topics?|projects?|workstreams?|sections?|chapters?|parts):|such as|sections? on|chapters? on|versions? for|on|about|of)\s+/gi;
const LIST_END =
  /(?:[.;:?!\n()]|\s[–—-]\s|\s(?:for|in|with|by|at|that|which|who|as|under|considering|based|using|given|within|where|when|so|to|from|on|across|regarding|than|including|covering)\s)/i;
const SEPARATOR = /\s*,(?!\d{3}\b)\s*(?:and\s+|or\s+)?|\s+(?:and|or|vs\.?|versus|against)\s+/i;
const SHARED_HEADS = new Set(
  'power energy cars vehicles plans options tools models frameworks databases languages phones laptops hosting licences licenses markets'.split(
    ' ',
  ),
);
const BULLET = /^\s*(?:[-*•]|\d{1,2}[.)])\s+(?<item>.+)$/;
/** An item that is an amount, or a clause of its own ("and write a report"). */
const NO_SUBJECT =
  /^[\d€$£¥]|^(?:write|make|create|give|then|also|recommend|suggest|explain|plan|use|do|tell|show|include|keep|list|produce|prepare|summari[sz]e|present)\b/i;
const MAX_SUBJECTS = 8;

/**
 * The things a goal lists ("solar, wind and nuclear power", "A vs B", bullet lines), at most eight, in its order;
 * empty when it lists none.
 */
export function findSubjects(goal: string): string[] {
  const bullets = goal.split('\n').flatMap((line) => BULLET.exec(line)?.groups?.['item'] ?? []);
  if (bullets.length >= 2) return tidy(bullets);
  const versus = /(?<list>[\w.+#'’-]+(?: [\w.+#'’-]+){0,2}\s+(?:vs\.?|versus)\s+.+)/i.exec(goal);
  const announced = [...goal.matchAll(LIST_START)].map((match) => ({
    rest: goal.slice(match.index + match[0].length),
    atLeast: match.groups?.['weak'] === undefined ? 2 : 3,
  }));
  if (versus?.groups?.['list'] !== undefined) announced.push({ rest: versus.groups['list'], atLeast: 2 });
  for (const { rest, atLeast } of announced) {
    const items = itemsAtStart(rest);
    if (items.length >= atLeast) return items;
  }
  return [];
}

function itemsAtStart(text: string): string[] {
  const end = LIST_END.exec(text);
  const segment = end === null ? text : text.slice(0, end.index);
  const items = tidy(segment.split(SEPARATOR));
  return items.every((item) => item.split(' ').length <= 5) ? items : [];
}

function tidy(items: readonly string[]): string[] {
  const cleaned = items
    .map((item) =>
      item
        .replace(/^(?:(?:either|both|the|a|an|and|or)\s+)+/i, '')
        .replaceAll(/[\s.,;:]+$|["“”`]/g, '')
        .trim(),
    )
    .filter((item) => /[\p{L}\d]/u.test(item) && !NO_SUBJECT.test(item))
    .map((item) => cut(item, 60));
  return shareHead([...new Set(cleaned)].slice(0, MAX_SUBJECTS));
}

/** "solar, wind, nuclear power" means three kinds of power. */
function shareHead(items: readonly string[]): string[] {
  const last = items.at(-1)?.split(' ') ?? [];
  const head = last.at(-1) ?? '';
  const isShared =
    last.length === 2 &&
    SHARED_HEADS.has(head.toLowerCase()) &&
    items.slice(0, -1).every((item) => !item.includes(' '));
  return isShared
    ? items.map((item, index) => (index === items.length - 1 ? item : `${item} ${head}`))
    : [...items];
}
