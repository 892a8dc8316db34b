import { expect, test } from 'vitest';
import { readMessagesRequest } from '../api/messages-request.ts';
import { composeAnswer } from './compose-answer.ts';
import { parseElements } from './elements.ts';
import { readPrompt } from './read-prompt.ts';

function ask(system: string, content: string): string {
  const request = readMessagesRequest({
    model: 'm',
    max_tokens: 1,
    system,
    messages: [{ role: 'user', content }],
  });
  return composeAnswer(request, readPrompt(request));
}

const TYPES = ['writer', 'researcher', 'specialist', 'reviewer']
  .map((name) => `<worker_type name="${name}"><description>d</description></worker_type>`)
  .join('');
const PLAN_IT = (goal: string): string =>
  `<goal>${goal}</goal><worker_types>${TYPES}</worker_types><limits max_tasks="9" decomposition="dynamic" />`;

test('a planner that is asked for XML replies in it, escaped, a custom task by the name of its approach', () => {
  const reply = ask(
    'You are the planner of Baton, x. Reply in XML.',
    PLAN_IT('Write a slogan for R&amp;D &lt;lab&gt; in a formal and a bold version'),
  );
  const [analysis, tasks] = parseElements(reply);
  expect(analysis?.text).toContain('R&D <lab>');
  expect(reply).not.toContain('R&D');
  const types = tasks?.children.map((task) => task.children.find(({ name }) => name === 'type')?.text);
  expect(types).toEqual(['researcher', 'formal', 'bold', 'reviewer']);
});

test('a direct answer in XML', () => {
  expect(ask('You are the planner of Baton, x. Reply in XML.', PLAN_IT('What is 2+2?'))).toContain(
    '<answer>2 + 2 = 4',
  );
});

test('a prompt that spells out tasks in XML gets approaches, and one for a response gets it in its style', () => {
  const plan = ask(
    '',
    'Break it down.\n\nTask: Write a description of a water bottle\n\n<analysis>…</analysis>\n<tasks>\n<task>\n<type>formal</type>\n<description>…</description>\n</task>\n</tasks>',
  );
  expect(plan.match(/<type>\w+<\/type>/g)).toEqual([
    '<type>formal</type>',
    '<type>conversational</type>',
    '<type>technical</type>',
  ]);
  expect(plan).not.toContain('<id>');
  const text = ask('', 'Task: A water bottle\nStyle: conversational\n\nReply as\n<response>\n…\n</response>');
  expect(text).toMatch(/^<response>\n\*\*Meet [\s\S]+<\/response>$/);
});

test('a task that is to give a list gives nothing else', () => {
  const list = (description: string): string =>
    ask(
      'You are the writer of Baton, x',
      `<goal>Visit five cities</goal><task id="t" worker="writer"><description>${description}</description></task>`,
    );
  expect(list('List them as a plain list: Rome; Oslo; Bonn.')).toMatch(/^- Rome\n- Oslo\n- Bonn\n\n\*Sim/);
  expect(list('List the cities, one per line.')).toMatch(/^(?:- \w+ city\n){5}\n\*Sim/);
  expect(JSON.parse(list('Name three rivers as a JSON array.'))).toEqual([
    'First river',
    'Second river',
    'Third river',
  ]);
});

test('work on an item is about that item, without a heading of its own', () => {
  const text = ask(
    'You are the writer of Baton, x',
    '<goal>Write on tea in two sections</goal><task id="item-2" worker="writer"><description>Write the section.</description><requirements><requirement>What is open</requirement></requirements></task><item number="2" of="2">Risks</item>',
  );
  expect(text).toMatch(/^Risks, part 2 of 2/);
  expect(text).not.toContain('## Write');
});
