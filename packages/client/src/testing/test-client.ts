import type { BatonClient } from '../api.ts';
import { clientOver } from '../calls.ts';
import { openConnection } from '../connection.ts';
import type { ConnectionSettings } from '../settings.ts';
import { testClock, type TestClock } from './test-clock.ts';

/** A client whose pauses take no time, on a clock that stands at `now` otherwise. */
export function testClient(
  settings: ConnectionSettings,
  now = Date.now(),
): { client: BatonClient; clock: TestClock } {
  const clock = testClock(now);
  return { client: clientOver(openConnection(settings, clock)), clock };
}
