import { describe, expect, it } from 'vitest';
import { failpointNames } from '../failpoints/failpoint.ts';
import { failpointList } from './failpoint-list.ts';

function refusal(text: string): string[] {
  const { error } = failpointList.safeParse(text);
  return error?.issues.map(({ message }) => message) ?? [];
}

describe('FAILPOINT', () => {
  it('names places, each with the passing at which it strikes, and how', () => {
    expect(failpointList.parse('task.started:1, flow.added:12:kill,plan.taken:3:stop')).toEqual([
      { name: 'task.started', passing: 1, action: 'kill' },
      { name: 'flow.added', passing: 12, action: 'kill' },
      { name: 'plan.taken', passing: 3, action: 'stop' },
    ]);
  });

  it('may name every place there is', () => {
    const text = failpointNames.map((name) => `${name}:1`).join(',');
    expect(failpointList.parse(text).map(({ name }) => name)).toEqual(failpointNames);
  });

  it('says which place was meant by a name that is nearly one', () => {
    expect(refusal('task.startd:1')).toEqual([
      '"task.startd:1": there is no failpoint task.startd; did you mean task.started?',
    ]);
    expect(refusal('somewhere.else:1')).toEqual(['"somewhere.else:1": there is no failpoint somewhere.else']);
  });

  it('tells of every entry that is wrong', () => {
    expect(refusal('task.started:1,nothing,flow.added:0')).toEqual([
      expect.stringContaining('"nothing": expected name:n'),
      expect.stringContaining('"flow.added:0": expected name:n'),
    ]);
  });

  it.each([
    '',
    'task.started',
    'task.started:',
    'task.started:0',
    'task.started:-1',
    'task.started:1.5',
    'task.started:1:pause',
    'task.started:1:kill:2',
    'task.started:9999999999',
    'Task.Started:1',
    'task.started:1;flow.added:1',
  ])('refuses "%s" in words that show the form', (text) => {
    expect(refusal(text)).toEqual([expect.stringContaining('expected name:n')]);
  });
});
