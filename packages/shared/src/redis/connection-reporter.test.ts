import { describe, expect, it, vi } from 'vitest';
import type { Logger } from '../telemetry/logger.ts';
import { connectionReporter } from './connection-reporter.ts';

describe('reporting connection trouble', () => {
  it('tells the same trouble once in ten seconds, and other trouble at once', () => {
    const warn = vi.fn();
    let now = 0;
    const report = connectionReporter({ warn } as unknown as Logger, () => now);
    for (let count = 0; count < 5; count += 1) report(new Error('refused'));
    report(new Error('timed out'));
    expect(warn).toHaveBeenCalledTimes(2);
    now = 10_000;
    report(new Error('refused'));
    expect(warn).toHaveBeenCalledTimes(3);
  });
});
