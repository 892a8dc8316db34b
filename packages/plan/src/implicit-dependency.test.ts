import { expect, test } from 'vitest';
import { checkPlan, type PlanLimits } from './laws.ts';

const limits: PlanLimits = {
  maxTasks: 20,
  workers: ['researcher', 'analyzer', 'writer', 'coder', 'reviewer'],
  decomposition: 'hybrid',
  material: 'Compare solar and wind power for a town, and write a report for its council.',
};
const research = {
  id: 'market',
  worker: 'researcher',
  description: 'Research what solar and wind power cost a town today.',
};
const draft = {
  id: 'report',
  worker: 'writer',
  description: 'Write a report of two pages on solar and wind power.',
  dependencies: ['market'],
};
const check = {
  id: 'assess',
  worker: 'analyzer',
  description: 'Analyse which of the two suits the town.',
  dependencies: ['market'],
};

function brokenBy(task: object, changes: Partial<PlanLimits> = {}): string[] {
  const tasks = [research, draft, check, { id: 'x', worker: 'writer', ...task }];
  const checked = checkPlan({ tasks }, { ...limits, ...changes });
  return checked.valid ? [] : checked.violations.map(({ law, path }) => `${law} ${path}`);
}

const broken = ['implicit_dependency tasks[3].dependencies'];

const speaking = [
  'Summarise the findings.',
  'Summarize the key findings in a table.',
  'Summarise the research findings and give a recommendation.',
  'Analyse, compare and interpret the results.',
  'Review and summarise all findings.',
  'Combine all of the findings into one report.',
  'Write a report based on the findings.',
  'Write a summary of the findings.',
  'Write an executive summary of the research results for the council.'.replace(' for the council', ''),
  'Write the final text from the research.',
  'Using the research results, write two pages for the council.',
  'Based on the research, recommend one of the two.',
  'Based on the analysis, recommend one of the two.',
  'Recommend one of the two based on the results.',
  'Create a comprehensive report using the collected research findings.',
  'Analyse the market for both based on the findings.',
  'Evaluate both and write the conclusion based on the research findings.',
  'Write a letter to the council. Base it on the findings.',
  'Organise the gathered information into three sections.',
  'Proofread the draft and correct it.',
  'Review the draft.',
  'Polish the writing based on the draft.',
  'Based on the above, write the conclusion.',
  'Summarise the above.',
  'Write a conclusion that uses the results of the other tasks.',
  'Put together the output of the previous task in a table.',
  'Build on the previous step and write the rest.',
  'Write the conclusion based on earlier tasks.',
  "Check the earlier tasks' results for gaps.",
];

test.each(speaking)('a task without dependencies may not say: %s', (description) => {
  expect(brokenBy({ description })).toEqual(broken);
  expect(brokenBy({ description, dependencies: ['market'] })).toEqual([]);
  expect(brokenBy({ description }, { decomposition: null })).toEqual([]);
});

const lawful = [
  'Research three towns and summarise the findings in five bullet points.',
  'Investigate the grid fees. Present the findings as a table.',
  'Find out what the permits cost, and report the results.',
  'Compare both by cost and present the results in a table.',
  'Analyse the contract and, based on the findings, list the risks.',
  'Evaluate three vendors; then summarise the results.',
  'Calculate the yearly yield of both. Report the results with units.',
  'Summarise the findings of the IPCC report of 2023.',
  'Summarise the findings on bird strikes from recent studies.',
  'Analyse the results of the 2024 elections.',
  'Review the research on sleep.',
  'Review the draft law on wind power.',
  'Describe how to interpret the results.',
  'Explain to residents how to use the results.',
  'Write a tutorial in which each step builds on the previous step.',
  'Design five exercises, each harder than those of the previous task.',
  'Write a function that sorts records and returns the results.',
  'Build a search page that shows the results.',
  'Fetch the rows and present the results.',
  'Design an experiment to test both, with a plan for evaluating the results.',
  'Collect prices in a table, so that later tasks can build on the results.',
  'Collect prices; do not use the results of the other tasks.',
  'Research the costs without using the findings of other tasks.',
  'Interpret the results given in the context.',
  'Proofread the attached draft.',
  'Write a first draft of the introduction and refine the draft.',
  'Draft the letter, then polish the draft.',
  'Write an analysis of both.',
  'Write the introduction. Explain why the comparison matters.',
  'Recommend a way to publish research.',
  'Write a market research report on both.',
  'Decide which metrics matter and how to present the results.',
  'Explain the analysis of variance.',
  'Pricing is left to the task "market"; cover subsidies alone.',
  'Cover subsidies, not what the task "market" covers.',
  'Do not repeat the results of "market".',
  'Write an article titled "market" for the local paper.',
  'Write about the market.',
  'Write a headline using "market" as a verb.',
  'Plan the stalls based on "market" rules of the town.',
  'Research kitchens; the results of the other tasks are not needed.',
  'List the results of market research firms in Europe.',
  'Find the findings that matter most to birds.',
  'Develop a survey for residents and a way to share the results.',
  'State the goal of the project and the outcomes it hopes for.',
  'Fasse die Ergebnisse zusammen.',
  'Résumez les résultats.',
];

test.each(lawful)('a task without dependencies may say: %s', (description) => {
  expect(brokenBy({ description })).toEqual([]);
});

test.each([
  ['Research wind power.', 'Present the findings as bullets.'],
  ['Write a table of hotels.', 'Sort the results by price.'],
  ['Compare both.', 'Draw a conclusion from the results.'],
  ['Write the introduction.', 'Say what the report is based on.'],
  ['Write the page.', 'Cover all of the goals.'],
])('requirements may speak of what the task itself yields: %s %s', (description, requirement) => {
  expect(brokenBy({ description, requirements: [requirement] })).toEqual([]);
});

test.each([
  ['Write the introduction.', 'It is based on the research findings.'],
  ['Write the conclusion.', 'Uses the results of the other tasks.'],
  ['Write the letter.', 'Every claim is drawn from the output of the previous task.'.replace('Every', 'A')],
])('requirements may not speak of what others yield: %s %s', (description, requirement) => {
  expect(brokenBy({ description, requirements: [requirement] })).toEqual(broken);
});

test.each([
  ['Our findings: solar is cheap.', 'Summarise the findings.'],
  ['Here are the results of our survey: …', 'Interpret the results.'],
  ['Improve this draft: …', 'Proofread the draft.'],
  ['Turn our analysis into a letter.', 'Write a letter based on the analysis.'],
  ['Plan a sprint of twelve tasks.', 'Estimate the work of the other tasks.'],
])('what the material holds is no result of a task: %s', (material, description) => {
  expect(brokenBy({ description }, { material })).toEqual([]);
});

test.each([
  'Write a letter from the results of "market".',
  'Write a letter based on [market].',
  'Use the output of task market for a letter.',
  'Write a letter using `market`.',
  'Write a letter, using "market" as its basis.',
])('a task that is named as material must be depended on: %s', (description) => {
  expect(brokenBy({ description })).toEqual(broken);
  expect(brokenBy({ description, dependencies: ['market'] })).toEqual([]);
  expect(brokenBy({ description, dependencies: ['report'] })).toEqual([]);
});

test('a task that others depend on may name them: they build on it', () => {
  const tasks = [
    { id: 'a', worker: 'writer', description: 'Summarise the findings.' },
    { id: 'b', worker: 'researcher', description: 'Research X from the list of "a".', dependencies: ['a'] },
    {
      id: 'c',
      worker: 'writer',
      description: 'Write what goes into the report of "b".',
      dependencies: ['a'],
    },
  ];
  const checked = checkPlan({ tasks }, limits);
  expect(checked.valid ? [] : checked.violations.map(({ path }) => path)).toEqual(['tasks[2].dependencies']);
});

test('a task alone speaks of nobody else', () => {
  const tasks = [{ id: 'a', worker: 'writer', description: 'Summarise the findings.' }];
  expect(checkPlan({ tasks }, limits).valid).toBe(true);
});

test('the violation names the phrase, and tasks that may have yielded it', () => {
  const tasks = [research, { id: 'x', worker: 'writer', description: 'Summarise the key findings.' }];
  expect(checkPlan({ tasks }, limits)).toEqual({
    valid: false,
    violations: [
      {
        law: 'implicit_dependency',
        path: 'tasks[1].dependencies',
        taskId: 'x',
        message:
          'Task "x" (tasks[1]) speaks of "the key findings" without depending on the task that yields it, and would never see it: add that task to its dependencies ("market"), or say in its description what it works from instead.',
      },
    ],
  });
});
