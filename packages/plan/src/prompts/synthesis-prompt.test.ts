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

test('an answer that was sent back is told with what is to be done better, an early finish with its reason', () => {
  const { user } = synthesisPrompt({
    ...input,
    finishedEarly: 'A & B suffice.',
    revision: { previous: 'Too <short>.', feedback: ['Say more.', 'Cite.'] },
  });
  expect(user).toBe(`<goal>Compare A and B</goal>
${outcomes}
<finished_early>A &amp; B suffice.</finished_early>
<previous_result>Too &lt;short&gt;.</previous_result>
<feedback>
<point>Say more.</point>
<point>Cite.</point>
</feedback>`);
});

test('outputs that do not fit are cut by rank, and say so', () => {
  const long = (taskId: string, priority: 'high' | 'low', isBuiltOn: boolean) => ({
    taskId,
    worker: 'researcher',
    status: 'succeeded' as const,
    description: 'Find.',
    output: taskId.repeat(30_000),
    errors: [],
    priority,
    isBuiltOn,
  });
  const all = [long('x', 'low', true), long('y', 'high', false), long('z', 'high', true)];
  const { system, user, trimmed } = synthesisPrompt({ ...input, outcomes: all }, 12_000);
  const kept = new Map(trimmed.map((each) => [each.taskId, each.kept]));
  expect((system.length + user.length) / 3).toBeLessThan(12_000);
  expect(kept.get('y') ?? Infinity).toBeGreaterThan(kept.get('z') ?? 0);
  expect(kept.get('z') ?? Infinity).toBeGreaterThan(kept.get('x') ?? 0);
  expect(user).toContain(`<output kept="${kept.get('x')}" of="30000">`);
});

test("a recipe's own instructions end the system prompt", () => {
  const recipe = {
    name: 'report',
    title: 'Report',
    description: 'A report.',
    planHints: [],
    synthesisHints: [],
    prompts: { synthesis: 'Write for a board.' },
    exampleGoal: 'Report on x.',
  };
  expect(synthesisPrompt({ ...input, recipe }).system).toMatch(
    /\n\n# Goals of this kind\nWrite for a board\.$/,
  );
});
