import { expect, test } from 'vitest';
import { assessorPrompt } from './assessor-prompt.ts';

const input = {
  goal: 'Compare A and B',
  context: 'For a school.',
  outcomes: [
    {
      taskId: 'a',
      worker: 'researcher',
      status: 'succeeded' as const,
      description: 'Find A.',
      output: 'A',
      errors: [],
    },
  ],
  openTasks: [{ id: 'b', worker: 'writer', description: 'Say <more>.' }],
};

test('what has ended is told with its results, what is open by what it is to do', () => {
  expect(assessorPrompt(input).user).toBe(`<goal>Compare A and B</goal>
<context>For a school.</context>
<outcomes>
<outcome task="a" worker="researcher" status="succeeded">
<description>Find A.</description>
<output>A</output>
</outcome>
</outcomes>
<open_tasks>
<task id="b" worker="writer">
<description>Say &lt;more&gt;.</description>
</task>
</open_tasks>`);
});

test('the system prompt names the role first', () => {
  expect(assessorPrompt(input).system).toMatch(/^You are the assessor of Baton,/);
});
