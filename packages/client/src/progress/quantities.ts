import type { Usage } from '../contract/task-outcome.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

/** `0.4s`, `12.3s`, `2m05s`, `1h02m`. */
export function durationText(ms: number): string {
  const span = Math.max(0, ms);
  if (span < MINUTE) return `${(Math.floor(span / 100) / 10).toFixed(1)}s`;
  if (span < HOUR) return `${Math.floor(span / MINUTE)}m${twoDigits(Math.floor((span % MINUTE) / SECOND))}s`;
  return `${Math.floor(span / HOUR)}h${twoDigits(Math.floor((span % HOUR) / MINUTE))}m`;
}

/** `840`, `1.2k`, `34k`, `1.2M`. */
export function countText(count: number): string {
  if (count < 1_000) return String(count);
  const [scaled, unit] = count < 999_500 ? [count / 1_000, 'k'] : [count / 1_000_000, 'M'];
  return `${scaled < 9.95 ? scaled.toFixed(1) : scaled.toFixed(0)}${unit}`;
}

/** `$0`, `$0.0042`, `$0.31`, `$12.50`; `$?` when a price is unknown. */
export function costText(costUsd: number | null): string {
  if (costUsd === null) return '$?';
  if (costUsd === 0) return '$0';
  return costUsd < 0.1 ? `$${costUsd.toFixed(4)}` : `$${costUsd.toFixed(2)}`;
}

/** Tokens read, however cached, and written: `1.2k/840 tok`. */
export function tokensText(usage: Usage): string {
  return `${countText(tokensRead(usage))}/${countText(usage.outputTokens)} tok`;
}

function tokensRead({ inputTokens, cacheReadTokens, cacheWriteTokens }: Usage): number {
  return inputTokens + cacheReadTokens + cacheWriteTokens;
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** The least that is shown as money saved, in US dollars. */
const LEAST_SAVED = 0.0001;

/** What caching and batches saved, as {@link costText} writes it, or null when there is nothing to tell of. */
export function savedMoney({ savedUsd }: Usage): string | null {
  // Servers of earlier releases don't tell it.
  const saved = savedUsd ?? 0;
  return saved < LEAST_SAVED ? null : costText(saved);
}

/** `6 calls · 12k tokens in, 4.5k out · $0.31 (saved $0.12)`. */
export function usageText(usage: Usage): string {
  const parts = [
    plural(usage.calls, 'model call'),
    `${countText(tokensRead(usage))} tokens in, ${countText(usage.outputTokens)} out`,
    savedMoney(usage) === null
      ? costText(usage.costUsd)
      : `${costText(usage.costUsd)} (saved ${savedMoney(usage)})`,
  ];
  if (usage.possiblyRepeatedCalls > 0) parts.push(`${usage.possiblyRepeatedCalls} possibly repeated`);
  return parts.join(' · ');
}
