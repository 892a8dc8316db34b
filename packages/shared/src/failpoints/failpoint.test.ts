import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { armFailpoints, failpoint, type Failpoint } from './failpoint.ts';

beforeEach(() => {
  vi.spyOn(process, 'kill').mockReturnValue(true);
  vi.spyOn(fs, 'writeSync').mockReturnValue(0);
  syncBuiltinESMExports();
});
afterEach(() => {
  armFailpoints([]);
  vi.restoreAllMocks();
  syncBuiltinESMExports();
});

/** The signals that the process got at each of the first passings of `task.started`. */
function signalsOf(passings: number, ...failpoints: readonly Failpoint[]): unknown[][] {
  armFailpoints(failpoints);
  return Array.from({ length: passings }, () => {
    vi.mocked(process.kill).mockClear();
    failpoint('task.started');
    return vi
      .mocked(process.kill)
      .mock.calls.flatMap(([pid, signal]) => (pid === process.pid ? [signal] : []));
  });
}

test('strikes at the passing that is named, once, and says so first', () => {
  expect(signalsOf(5, { name: 'task.started', passing: 3, action: 'kill' })).toEqual([
    [],
    [],
    ['SIGKILL'],
    [],
    [],
  ]);
  expect(fs.writeSync).toHaveBeenCalledExactlyOnceWith(2, 'failpoint task.started kill\n');
});

test('makes the process stand still', () => {
  expect(signalsOf(2, { name: 'task.started', passing: 1, action: 'stop' })).toEqual([['SIGSTOP'], []]);
});

test.each<[string, Failpoint[]]>([
  ['nothing', []],
  ['another place', [{ name: 'flow.added', passing: 1, action: 'kill' }]],
])('lets the process pass when %s is armed', (_what, failpoints) => {
  expect(signalsOf(3, ...failpoints)).toEqual([[], [], []]);
});
