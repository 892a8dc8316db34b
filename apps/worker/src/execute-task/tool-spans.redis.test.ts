import { afterEach, expect, it } from 'vitest';
import { inSpan } from '@baton/shared/telemetry/tracing';
import {
  tracedHere,
  type TracedHere,
} from '../../../../packages/shared/src/telemetry/testing/traced-here.ts';
import { asking, counting, openTask, uses } from './testing/tool-using-task.ts';

let traced: TracedHere;
afterEach(() => traced.close());

it('each call of a tool is a span below its task, without what goes in and what comes out', async () => {
  const { tool } = counting('geocode', true, (place) => {
    if (place === 'canary-2') throw new Error('canary');
    return Promise.resolve('canary');
  });
  const { execute } = await openTask(
    uses(['geocode', { place: 'canary-1' }], ['geocode', { place: 'canary-2' }]),
    { text: 'canary' },
  );
  traced = tracedHere();
  await inSpan('task', {}, () => execute(asking([tool])));
  const spans = traced.spans();
  const task = spans.find(({ name }) => name === 'task');
  const tools = spans.filter(({ name }) => name === 'execute_tool geocode');
  expect(tools).toHaveLength(2);
  expect(new Set(tools.map(({ isFailed }) => isFailed))).toEqual(new Set([false, true]));
  for (const span of tools) {
    expect(span).toMatchObject({
      parentId: task?.id,
      attributes: {
        'gen_ai.operation.name': 'execute_tool',
        'gen_ai.tool.name': 'geocode',
        'gen_ai.tool.type': 'function',
        'gen_ai.tool.call.id': expect.any(String),
      },
    });
  }
  expect(JSON.stringify(spans)).not.toContain('canary');
});
