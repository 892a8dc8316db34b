import { expect, test } from 'vitest';
import { synthesisPrompt, type SynthesisInput } from './synthesis-prompt.ts';

const input: SynthesisInput = {
  goal: 'Compare A and B',
  context: null,
  recipe: null,
  outcomes: [
    {
      taskId: 'a',
      worker: 'researcher',
      status: 'succeeded',
      description: 'Find A.',
      output: 'A & more',
      errors: [],
    },
    {
      taskId: 'b',
      worker: 'researcher',
      status: 'partial',
      description: 'Find B.',
      output: 'B',
      errors: ['Cut off.', 'Twice.'],
    },
    {
      taskId: 'c',
      worker: 'analyzer',
      status: 'failed',
      description: 'Weigh.',
      output: null,
      errors: ['No key.'],
    },
    {
      taskId: 'd',
      worker: 'writer',
      status: 'succeeded',
      description: 'Say nothing.',
      output: '',
      errors: [],
    },
  ],
};

const outcomes = `<outcomes>
<outcome task="a" worker="researcher" status="succeeded">
<description>Find A.</description>
<output>A &amp; more</output>
</outcome>
<outcome task="b" worker="researcher" status="partial">
<description>Find B.</description>
<output>B</output>
<reason>Cut off.
Twice.</reason>
</outcome>
<outcome task="c" worker="analyzer" status="failed">
<description>Weigh.</description>
<reason>No key.</reason>
</outcome>
<outcome task="d" worker="writer" status="succeeded">
<description>Say nothing.</description>
<output></output>
</outcome>
</outcomes>`;

test('every outcome is told, with its output or why there is none', () => {
  expect(synthesisPrompt(input).user).toBe(`<goal>Compare A and B</goal>\n${outcomes}`);
});

test("a recipe's hints for the answer come before the outcomes", () => {
  const recipe = {
    name: 'report',
    title: 'Report',
    description: 'A report.',
    planHints: ['Research first.'],
    synthesisHints: ['Begin with a summary.'],
    exampleGoal: 'Report on x.',
  };
  expect(synthesisPrompt({ ...input, context: 'For a school.', recipe }).user).toBe(
    `<goal>Compare A and B</goal>
<context>For a school.</context>
<recipe name="report">
<hint>Begin with a summary.</hint>
</recipe>
${outcomes}`,
  );
});

test('the system prompt names the role first and asks for the answer alone last', () => {
  const lines = synthesisPrompt(input).system.split('\n');
  expect(lines[0]).toBe(
    'You are the synthesiser of Baton, which writes the final answer to a goal from the results of its tasks.',
  );
  expect(lines.at(-1)).toBe(
    'Reply with the answer alone, in markdown unless the goal asks for another form: no preamble and no closing remarks.',
  );
});
