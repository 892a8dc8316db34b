import { z } from 'zod';
import { nearestName } from '@baton/plan/nearest-name';
import { failpointNames, type Failpoint, type FailpointName } from '../failpoints/failpoint.ts';

const ENTRY = /^([a-z.]+):([1-9]\d{0,8})(?::(kill|stop))?$/;

function isFailpointName(name: string): name is FailpointName {
  return (failpointNames as readonly string[]).includes(name);
}

/** The failpoint, or what is wrong with the entry. */
function readEntry(entry: string): Failpoint | string {
  const [, name, passing, action] = ENTRY.exec(entry) ?? [];
  if (name === undefined) return 'expected name:n or name:n:kill or name:n:stop, n counting from 1';
  if (isFailpointName(name)) {
    return { name, passing: Number(passing), action: action === 'stop' ? 'stop' : 'kill' };
  }
  const meant = nearestName(name, failpointNames);
  return `there is no failpoint ${name}${meant === null ? '' : `; did you mean ${meant}?`}`;
}

/** Comma-separated `name:n[:kill|stop]`: the process dies, or stands still, the n-th time it passes the named place. */
export const failpointList = z.string().transform((text, context): Failpoint[] =>
  text.split(',').flatMap((entry) => {
    const read = readEntry(entry.trim());
    if (typeof read !== 'string') return [read];
    context.issues.push({ code: 'custom', input: text, message: `"${entry.trim()}": ${read}` });
    return [];
  }),
);
