import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BatonError, ConnectionError } from '../../errors.ts';
import { fakeKeys } from '../../testing/baton-command.ts';
import { fakeTerminal } from '../../testing/fake-terminal.ts';
import { T0 } from '../../testing/sample-goal.ts';
import { fleet, snapshot, workerType } from '../../testing/sample-snapshot.ts';
import { Interruption } from '../exit-code.ts';
import { liveTop } from './live-top.ts';
import type { Poll, Snapshot } from './poll.ts';

const INTERVAL = 2_000;
const stats = fleet(workerType('busy', { waiting: 3 }), workerType('any'));

beforeEach(() => vi.useFakeTimers({ now: T0 + 60_000 }));
afterEach(() => vi.useRealTimers());

function refusal(status: number): BatonError {
  return new BatonError({ type: 'urn:baton:problem:x', title: 'Refused', status, detail: 'Not now.' });
}

const gone = new ConnectionError('unreachable', 'http://baton.test', 'nothing listens there');

/** Each look finds the next of these; the last one for good. */
function begin(...found: readonly (Partial<Snapshot> | Error)[]) {
  const left = [...found];
  const poll = vi.fn<Poll>(() => {
    const next = left.length > 1 ? left.shift() : left[0];
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(snapshot({ stats, ...next }));
  });
  const stdout = fakeTerminal(100, 30);
  const stdin = fakeKeys();
  const stop = new AbortController();
  const done = liveTop(
    { stdin, stdout, signal: stop.signal, now: Date.now },
    { poll, server: 'http://baton.test', interval: INTERVAL },
  );
  done.catch(() => undefined);
  return { poll, stdout, stdin, stop, done, line: (at: number) => stdout.screen()[at] };
}

describe('the live view', () => {
  it('looks again and again, and q leaves the last look standing', async () => {
    const { poll, stdout, stdin, done, line } = begin({ stats }, { stats: fleet(workerType('late')) });
    await vi.advanceTimersByTimeAsync(0);
    expect(line(6)).toContain('busy');
    expect([stdout.cursorShown(), stdin.isHeard()]).toEqual([false, true]);
    await vi.advanceTimersByTimeAsync(INTERVAL);
    expect(line(6)).toContain('late');
    await vi.advanceTimersByTimeAsync(INTERVAL);
    expect(poll).toHaveBeenCalledTimes(3);
    stdin.press('q');
    await done;
    expect(line(6)).toContain('late');
    expect([stdout.cursorShown(), stdin.isHeard(), vi.getTimerCount()]).toEqual([true, false, 0]);
  });

  it('sorts by what keys say, there and back', async () => {
    const { stdin, done, line } = begin({});
    await vi.advanceTimersByTimeAsync(0);
    const seen = ['', 'tab', 'right', 'tab', 'left'].map((key) => {
      stdin.press(key);
      return [/sorts \((\w+)\)/.exec(line(0) ?? '')?.[1], line(6)?.split(' ')[0]];
    });
    expect(seen).toEqual([
      ['load', 'busy'],
      ['oldest', 'busy'],
      ['slots', 'any'],
      ['name', 'any'],
      ['slots', 'any'],
    ]);
    stdin.press('q');
    await done;
  });

  it('waits for a server that goes away, says so, and goes on', async () => {
    const { stdin, done, line } = begin({}, gone, refusal(503), { stats: fleet(workerType('back')) });
    await vi.advanceTimersByTimeAsync(INTERVAL + 1_000);
    expect(line(1)).toMatch(/^No answer for 3\.0s, trying again: Can not reach Baton /);
    await vi.advanceTimersByTimeAsync(INTERVAL);
    expect(line(1)).toBe('No answer for 5.0s, trying again: Not now.');
    await vi.advanceTimersByTimeAsync(INTERVAL);
    expect(line(1)).toMatch(/^Goals/);
    expect(line(6)).toContain('back');
    stdin.press('escape');
    await done;
  });

  it('ends with what no time mends, and with what goes wrong at the first look', async () => {
    const refused = begin({}, refusal(401));
    await vi.advanceTimersByTimeAsync(INTERVAL);
    await expect(refused.done).rejects.toMatchObject({ status: 401 });
    expect([refused.stdout.cursorShown(), refused.stdin.isHeard()]).toEqual([true, false]);
    await expect(begin(gone).done).rejects.toBe(gone);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('tells a signal and Ctrl-C, which is a key here, from having done with it', async () => {
    const signalled = begin({});
    await vi.advanceTimersByTimeAsync(0);
    signalled.stop.abort(new Interruption('SIGTERM'));
    await expect(signalled.done).rejects.toMatchObject({ exitCode: 143 });
    const pressed = begin({});
    await vi.advanceTimersByTimeAsync(0);
    pressed.stdin.press('ctrl-c');
    await expect(pressed.done).rejects.toMatchObject({ exitCode: 130 });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('follows the size of the terminal without waiting for a look', async () => {
    const { stdout, stdin, done } = begin({});
    await vi.advanceTimersByTimeAsync(0);
    Object.assign(stdout, { columns: 30, rows: 8 });
    stdout.clear();
    await vi.advanceTimersByTimeAsync(250);
    expect(stdout.screen().length).toBeLessThanOrEqual(7);
    for (const line of stdout.screen()) expect(line.length).toBeLessThanOrEqual(29);
    stdin.press('q');
    await done;
  });
});
