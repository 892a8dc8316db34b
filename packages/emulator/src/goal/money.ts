/** An amount as the goal states it. */
export interface Money {
  /** Smallest units: cents. */
  readonly cents: number;
  readonly currency: Currency;
}

export type Currency = 'EUR' | 'USD' | 'GBP' | 'CHF' | 'JPY';

const SIGNS: Readonly<Record<string, Currency>> = { '€': 'EUR', $: 'USD', '£': 'GBP', '¥': 'JPY' };
const WORDS: ReadonlyArray<readonly [RegExp, Currency]> = [
  [/^(?:euros?|eur)$/i, 'EUR'],
  [/^(?:(?:us )?dollars?|usd|bucks)$/i, 'USD'],
  [/^(?:pounds?|gbp|quid)$/i, 'GBP'],
  [/^(?:(?:swiss )?francs?|chf)$/i, 'CHF'],
  [/^(?:yen|jpy)$/i, 'JPY'],
];
const NAMES: Readonly<Record<Currency, string>> = {
  EUR: 'euros',
  USD: 'dollars',
  GBP: 'pounds',
  CHF: 'francs',
  JPY: 'yen',
};
const NUMBER = String.raw`(?<number>\d{1,3}(?:[,. ]\d{3})+(?:\.\d{1,2})?|\d+(?:\.\d{1,2})?)(?<scale>\s?(?:k|thousand|million|m))?`;
const WORD = '(?:us )?dollars?|usd|bucks|euros?|eur|pounds?|gbp|quid|(?:swiss )?francs?|chf|yen|jpy';
const SIGNED = new RegExp(String.raw`(?<sign>[€$£¥])\s?${NUMBER}\b`, 'iu');
const WORDED = new RegExp(String.raw`(?<![\d.,])${NUMBER}\s?(?<word>€|£|¥|\$|(?:${WORD})\b)`, 'iu');
const CODED = new RegExp(String.raw`\b(?<word>eur|usd|gbp|chf|jpy)\s?${NUMBER}\b`, 'iu');
const BUDGETED = new RegExp(String.raw`\bbudget (?:of|is|:)?\s*${NUMBER}\b`, 'iu');

/** The first amount of money in a text; a bare "budget of 900" counts as dollars. */
export function findMoney(text: string): Money | null {
  for (const pattern of [SIGNED, CODED, WORDED, BUDGETED]) {
    const groups = pattern.exec(text)?.groups;
    if (groups === undefined) continue;
    const currency = currencyOf(groups['sign'] ?? groups['word'] ?? '$');
    const amount = amountOf(groups['number'] ?? '', groups['scale']?.trim().toLowerCase() ?? '');
    if (amount > 0 && amount <= 1e12) return { cents: Math.round(amount * 100), currency };
  }
  return null;
}

/** `{cents: 90000, currency: 'EUR'}` as `900 euros`. */
export function formatMoney(money: Money): string {
  return `${formatCents(money.cents)} ${NAMES[money.currency]}`;
}

/** `90000` as `900`, `1234567` as `12,345.67`. */
export function formatCents(cents: number): string {
  const isWhole = cents % 100 === 0;
  const digits = isWhole ? 0 : 2;
  return (cents / 100).toLocaleString('en-US', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

/** The inverse of {@link formatCents}; null when the text is not such an amount. */
export function parseCents(text: string): number | null {
  if (!/^\d{1,3}(?:,\d{3})*(?:\.\d{2})?$|^\d+(?:\.\d{2})?$/.test(text)) return null;
  return Math.round(Number(text.replaceAll(',', '')) * 100);
}

function currencyOf(text: string): Currency {
  const word = WORDS.find(([pattern]) => pattern.test(text));
  return SIGNS[text] ?? word?.[1] ?? 'USD';
}

function amountOf(digits: string, scale: string): number {
  const hasGroups = /^\d{1,3}(?:[,. ]\d{3})+(?:\.\d{1,2})?$/.test(digits);
  const plain = hasGroups ? digits.replaceAll(/[,. ](?=\d{3})/g, '') : digits;
  const factor = scale === '' ? 1 : scale.startsWith('m') ? 1e6 : 1e3;
  return Number(plain) * factor;
}
