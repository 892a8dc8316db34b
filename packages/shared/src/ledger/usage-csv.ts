import type { UsageReport, UsageRow } from '../contract/usage-report.ts';

const counted = [
  'calls',
  'inputTokens',
  'outputTokens',
  'cacheReadTokens',
  'cacheWriteTokens',
  'webSearches',
  'costUsd',
  'savedUsd',
  'unpricedCalls',
  'simulatedCalls',
] as const satisfies readonly (keyof UsageRow)[];

/** The rows as RFC 4180 has them, a heading first; what is null is empty. */
export function usageCsv({ by, items }: Pick<UsageReport, 'by' | 'items'>): string {
  const columns = [...by, ...counted];
  const lines = [columns, ...items.map((row) => columns.map((column) => row[column]))];
  return lines.map((line) => `${line.map(cell).join(',')}\r\n`).join('');
}

/** A name that a spreadsheet would take for a formula is made text: names of models come from outside. */
function cell(value: string | number | null): string {
  if (typeof value !== 'string') return value === null ? '' : plain(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Without an exponent, which billionths of a dollar would have. */
function plain(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(9).replace(/0+$/, '');
}
